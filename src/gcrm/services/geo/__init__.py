"""Places without a network: which town a postcode belongs to, and the other way round."""
