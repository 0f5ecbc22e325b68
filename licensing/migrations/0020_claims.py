"""Claims follow licences by triggers, and two constraints hold those of a work apart."""

from django.db import migrations

from stockcoop.kernel.db import append_only

# Regions and uses are sets of codes; none named is all there are. Ranges of text make the sets
# comparable by GiST: a code is the range that holds nothing else. The path is kept, since a dump is
# restored without one.
SETS = """
CREATE TYPE licensing_codes AS RANGE (
  subtype = text, collation = "C", multirange_type_name = licensing_codes_set);
CREATE FUNCTION licensing_reach(codes text[]) RETURNS licensing_codes_set
  LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path FROM CURRENT AS $$
  SELECT CASE WHEN cardinality(codes) = 0 THEN licensing_codes_set(licensing_codes(NULL, NULL))
    ELSE (SELECT range_agg(licensing_codes(code, code, '[]')) FROM unnest(codes) code) END
$$;
"""

# The room of a licence is its own id, that of a freeze is all there is: freezes meet everything,
# licences meet freezes only.
APART = """
ALTER TABLE licensing_claim ADD CONSTRAINT {name} EXCLUDE USING gist (
  work_id WITH =, root_id WITH <>,
  (CASE WHEN freezes THEN int8range(NULL, NULL) ELSE int8range(licence_id, licence_id, '[]') END)
    WITH &&,
  {span} WITH &&,
  licensing_reach(regions::text[]) WITH &&, licensing_reach(uses::text[]) WITH &&);
"""

TAKEN = """
CREATE FUNCTION licensing_list(codes jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(array_agg(code ORDER BY code), '{}') FROM jsonb_array_elements_text(
    coalesce(codes, '[]')) code
$$;
CREATE FUNCTION licensing_take(c licensing_licence) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  l licensing_orderline;
  frozen tstzrange;
BEGIN
  SELECT * INTO l FROM licensing_orderline WHERE id = c.line_id;
  IF (c.frozen_until IS NULL) <> (l.freeze = '{}') THEN
    RAISE EXCEPTION 'licence % is frozen unlike its line', c.number
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  INSERT INTO licensing_claim (licence_id, work_id, root_id, freezes, during, beside, regions, uses)
    VALUES (c.id, c.work_id, c.root_id, false, tstzrange(c.granted_at, c.granted_at, '[]'),
      tstzrange(c.granted_at, NULL),
      licensing_list(l.reach -> 'regions'), licensing_list(l.reach -> 'uses'));
  IF c.frozen_until IS NOT NULL THEN
    SELECT tstzrange(placed_at, c.frozen_until, '()') INTO frozen
      FROM licensing_order WHERE id = l.order_id;
    INSERT INTO licensing_claim
        (licence_id, work_id, root_id, freezes, during, beside, regions, uses)
      VALUES (c.id, c.work_id, c.root_id, true, frozen,
        CASE WHEN (l.freeze ->> 'strict')::boolean THEN frozen ELSE 'empty' END,
        licensing_list(l.freeze -> 'regions'), licensing_list(l.freeze -> 'uses'));
  END IF;
END $$;
CREATE FUNCTION licensing_claimed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.revoked_at IS NULL THEN
    PERFORM licensing_take(NEW);
  ELSE
    DELETE FROM licensing_claim WHERE licence_id = NEW.id;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER licensing_claimed_first AFTER INSERT ON licensing_licence
  FOR EACH ROW EXECUTE FUNCTION licensing_claimed();
CREATE TRIGGER licensing_claimed_again AFTER UPDATE ON licensing_licence FOR EACH ROW
  WHEN ((OLD.revoked_at IS NULL) <> (NEW.revoked_at IS NULL))
  EXECUTE FUNCTION licensing_claimed();
SELECT licensing_take(c) FROM licensing_licence c WHERE revoked_at IS NULL;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
CREATE FUNCTION licensing_claim_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' OR pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION 'claims follow their licences; nobody else writes them'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER licensing_claim_follows BEFORE INSERT OR UPDATE OR DELETE ON licensing_claim
  FOR EACH ROW EXECUTE FUNCTION licensing_claim_follows();
"""

NOT_TAKEN = """
DROP TRIGGER licensing_claim_follows ON licensing_claim;
DROP FUNCTION licensing_claim_follows();
DROP TRIGGER licensing_claimed_again ON licensing_licence;
DROP TRIGGER licensing_claimed_first ON licensing_licence;
DROP FUNCTION licensing_claimed();
DROP FUNCTION licensing_take(licensing_licence);
DROP FUNCTION licensing_list(jsonb);
"""

KEPT = """
CREATE OR REPLACE FUNCTION licensing_licence_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE'
     OR (NEW.number, NEW.line_id, NEW.sale_id, NEW.buyer_id, NEW.granted_at, NEW.work_id,
         NEW.exclusive, NEW.upgrades_id, NEW.root_id{new})
        IS DISTINCT FROM (OLD.number, OLD.line_id, OLD.sale_id, OLD.buyer_id, OLD.granted_at,
         OLD.work_id, OLD.exclusive, OLD.upgrades_id, OLD.root_id{old})
     OR (OLD.revoked_at IS NOT NULL AND (NEW.revoked_at, NEW.revoked_because)
        IS DISTINCT FROM (OLD.revoked_at, OLD.revoked_because)
        AND NOT (OLD.suspended_at IS NOT NULL AND OLD.suspended_because = OLD.revoked_because
                 AND NEW.revoked_at IS NULL AND NEW.suspended_at IS NULL)) THEN
    RAISE EXCEPTION 'licence % stays as it was granted; it can be revoked once', OLD.number
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
"""


def apart(name: str, span: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        APART.format(name=name, span=span), f"ALTER TABLE licensing_claim DROP CONSTRAINT {name}"
    )


class Migration(migrations.Migration):
    dependencies = [("licensing", "0019_freezes")]

    operations = [
        migrations.RunSQL(
            SETS, "DROP FUNCTION licensing_reach(text[]); DROP TYPE licensing_codes;"
        ),
        migrations.RunSQL(TAKEN, NOT_TAKEN),
        apart("licensing_claim_alone", "during"),
        apart("licensing_claim_beside", "beside"),
        migrations.RunSQL(
            KEPT.format(
                new=", NEW.frozen_since, NEW.frozen_until",
                old=", OLD.frozen_since, OLD.frozen_until",
            ),
            KEPT.format(new="", old=""),
        ),
        append_only("licensing_freezenotice"),
    ]
