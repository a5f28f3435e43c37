"""Kill at each of the last steps of a replacement; outcome old or new."""
import os, sys, tempfile, secrets
sys.path.insert(0, '/tmp/w/leftovers')
os.chdir('/tmp/w/leftovers')
import pytest
def test_sweep(postgres_offices, tmp_path_factory):
    from contextlib import closing
    import psycopg
    from gcrm.services import contact
    from gcrm.services.backup.create import create
    from gcrm.services.database import Database
    from tests.reliability.killed_migration import Migrator
    from tests.services.offices import organisation
    from tests.services.team.rights.team_office import shared_office
    from tests.services.backup.test_server_swap import Desk
    with psycopg.connect(postgres_offices.server.render_as_string(hide_password=False), autocommit=True) as root:
        os.environ["GCRM_DATA"] = str(tmp_path_factory.mktemp("data"))
        with shared_office(postgres_offices) as team:
            organisation(team.owner)
            backup = tmp_path_factory.mktemp("b") / "M.gcrmbackup"
            create(team.owner.engine, backup)
            desk = Desk(team, backup, root)
            root.execute(psycopg.sql.SQL("ALTER ROLE {} CREATEDB").format(psycopg.sql.Identifier(str(team.url.username))))
            owner = team.url.render_as_string(hide_password=False)
            rest = f"{owner.replace(' ', '%20')} {backup}"
            old = new = 0
            with Migrator("replacer") as r:
                steps = int(r.upgrade(rest).split()[1])
                print("steps", steps, file=sys.stderr)
                which = sorted({*range(steps-60, steps+1), *range(1, steps-60, max(1,(steps-60)//40))})
                for step in which:
                    with closing(Database.open(owner, user="chef")) as database:
                        contact.create(database, contact.empty(name="Später GmbH"))
                    said = r.upgrade(rest, step)
                    names = desk.names()
                    ok = names == {"Albrecht Metallbau GmbH"} or "Später GmbH" in names
                    with desk.team.open("office") as inside:
                        assert inside.rights.group == "office"
                    is_new = names == {"Albrecht Metallbau GmbH"}
                    old += not is_new; new += is_new
                    assert ok, (step, names)
                    print(step, said, "new" if is_new else "old", file=sys.stderr, flush=True)
                    for name in desk.databases():
                        if "before_restore" in name: root.execute(psycopg.sql.SQL("DROP DATABASE {}").format(psycopg.sql.Identifier(name)))
            print("SWEEP", steps, old, new, file=sys.stderr)
