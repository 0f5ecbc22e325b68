"""The register and the offices keep their history, and a co-op never loses its board.

A row of either table is only ever ended, once: no other change, no deletion. Surplus is shared by
days of membership, so the dates are money.
"""

from django.db import migrations

ENDED_ONCE = """
CREATE FUNCTION members_membership_ends_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  unchanged members_membership := NEW;
BEGIN
  unchanged.left_at := OLD.left_at;
  IF OLD.left_at IS NOT NULL OR unchanged IS DISTINCT FROM OLD THEN
    RAISE EXCEPTION 'a membership only ends, and once'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER members_membership_ends_once BEFORE UPDATE ON members_membership
  FOR EACH ROW EXECUTE FUNCTION members_membership_ends_once();

CREATE FUNCTION members_rolegrant_ends_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  unchanged members_rolegrant := NEW;
BEGIN
  unchanged.revoked_at := OLD.revoked_at;
  unchanged.revoked_by_id := OLD.revoked_by_id;
  IF OLD.revoked_at IS NOT NULL OR unchanged IS DISTINCT FROM OLD THEN
    RAISE EXCEPTION 'an office is only revoked, and once'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER members_rolegrant_ends_once BEFORE UPDATE ON members_rolegrant
  FOR EACH ROW EXECUTE FUNCTION members_rolegrant_ends_once();

CREATE FUNCTION members_refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are kept', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER members_membership_kept BEFORE DELETE ON members_membership
  FOR EACH ROW EXECUTE FUNCTION members_refuse_delete();
CREATE TRIGGER members_rolegrant_kept BEFORE DELETE ON members_rolegrant
  FOR EACH ROW EXECUTE FUNCTION members_refuse_delete();
"""

# Two board members who revoke each other at the same moment wait for one another here, and the
# second one sees what the first did.
A_BOARD_REMAINS = """
CREATE FUNCTION members_a_board_remains() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('members.board'));
  IF NOT EXISTS (SELECT 1 FROM members_rolegrant WHERE role = 'board' AND revoked_at IS NULL) THEN
    RAISE EXCEPTION 'the last board member stays'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER members_a_board_remains AFTER UPDATE OF revoked_at ON members_rolegrant
  FOR EACH ROW WHEN (NEW.role = 'board' AND NEW.revoked_at IS NOT NULL)
  EXECUTE FUNCTION members_a_board_remains();
"""

UNDO = """
DROP TRIGGER members_a_board_remains ON members_rolegrant;
DROP FUNCTION members_a_board_remains();
DROP TRIGGER members_rolegrant_kept ON members_rolegrant;
DROP TRIGGER members_membership_kept ON members_membership;
DROP FUNCTION members_refuse_delete();
DROP TRIGGER members_rolegrant_ends_once ON members_rolegrant;
DROP FUNCTION members_rolegrant_ends_once();
DROP TRIGGER members_membership_ends_once ON members_membership;
DROP FUNCTION members_membership_ends_once();
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0001_people")]

    operations = [migrations.RunSQL(ENDED_ONCE + A_BOARD_REMAINS, UNDO)]
