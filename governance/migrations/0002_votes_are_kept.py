"""The database keeps the promises of a vote.

By-laws, electors and ballots are written once. A proposal only gets its electors and its result,
each once. A ballot is taken only from an elector's row, for a choice on the paper, within the
voting time, and before the count: it locks the proposal against being counted meanwhile.
"""

from django.db import migrations

from stockcoop.kernel.db import append_only_all

RULES = """
CREATE FUNCTION governance_proposal_only_proceeds() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  unchanged governance_proposal := NEW;
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'proposals are kept' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  unchanged.electorate := OLD.electorate;
  unchanged.result := OLD.result;
  unchanged.winner := OLD.winner;
  unchanged.why := OLD.why;
  unchanged.tally := OLD.tally;
  unchanged.closed_at := OLD.closed_at;
  IF OLD.closed_at IS NOT NULL OR unchanged IS DISTINCT FROM OLD
     OR (OLD.electorate IS NOT NULL AND NEW.electorate IS DISTINCT FROM OLD.electorate) THEN
    RAISE EXCEPTION 'a proposal gets its electors and its result once, nothing else changes'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER governance_proposal_only_proceeds BEFORE UPDATE OR DELETE ON governance_proposal
  FOR EACH ROW EXECUTE FUNCTION governance_proposal_only_proceeds();

CREATE FUNCTION governance_elector_entered_at_opening() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  entered integer;
BEGIN
  SELECT electorate INTO entered FROM governance_proposal WHERE id = NEW.proposal_id FOR SHARE;
  IF entered IS NOT NULL THEN
    RAISE EXCEPTION 'the electors of this proposal are entered'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER governance_elector_entered_at_opening BEFORE INSERT ON governance_elector
  FOR EACH ROW EXECUTE FUNCTION governance_elector_entered_at_opening();

CREATE FUNCTION governance_ballot_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  proposal governance_proposal;
BEGIN
  SELECT p.* INTO proposal
    FROM governance_elector e JOIN governance_proposal p ON p.id = e.proposal_id
    WHERE e.id = NEW.elector_id FOR SHARE OF p;
  IF proposal.closed_at IS NOT NULL OR proposal.electorate IS NULL
     OR NEW.cast_at < proposal.opens_at OR NEW.cast_at >= proposal.closes_at THEN
    RAISE EXCEPTION 'voting is not open' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.choice NOT IN ('abstain')
     AND NOT (jsonb_array_length(proposal.options) = 0 AND NEW.choice IN ('yes', 'no'))
     AND NOT (jsonb_array_length(proposal.options) > 0 AND NEW.choice = 'none')
     AND NOT proposal.options @> jsonb_build_array(jsonb_build_object('code', NEW.choice)) THEN
    RAISE EXCEPTION '% is not on the paper', NEW.choice
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER governance_ballot_in_order BEFORE INSERT ON governance_ballot
  FOR EACH ROW EXECUTE FUNCTION governance_ballot_in_order();
"""

UNDO = """
DROP TRIGGER governance_ballot_in_order ON governance_ballot;
DROP FUNCTION governance_ballot_in_order();
DROP TRIGGER governance_elector_entered_at_opening ON governance_elector;
DROP FUNCTION governance_elector_entered_at_opening();
DROP TRIGGER governance_proposal_only_proceeds ON governance_proposal;
DROP FUNCTION governance_proposal_only_proceeds();
"""


class Migration(migrations.Migration):
    dependencies = [("governance", "0001_votes")]

    operations = [
        *append_only_all(["governance_bylaws", "governance_elector", "governance_ballot"]),
        migrations.RunSQL(RULES, UNDO),
    ]
