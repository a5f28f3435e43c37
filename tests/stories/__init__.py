"""Tests of gCRM; the folders mirror src/gcrm."""
