"""What the database holds about the ledger, whoever writes to it."""

from django.db import migrations

from stockcoop.kernel.db import append_only_all

KEYS = migrations.RunSQL(
    sql=[
        "ALTER TABLE ledger_posting ADD CONSTRAINT posting_of_entry"
        " FOREIGN KEY (entry_id, at) REFERENCES ledger_entry (id, at)",
        "ALTER TABLE ledger_posting ADD CONSTRAINT posting_debit_in_currency"
        " FOREIGN KEY (debit_id, currency) REFERENCES ledger_account (id, currency)",
        "ALTER TABLE ledger_posting ADD CONSTRAINT posting_credit_in_currency"
        " FOREIGN KEY (credit_id, currency) REFERENCES ledger_account (id, currency)",
    ],
    reverse_sql=[
        "ALTER TABLE ledger_posting DROP CONSTRAINT posting_credit_in_currency",
        "ALTER TABLE ledger_posting DROP CONSTRAINT posting_debit_in_currency",
        "ALTER TABLE ledger_posting DROP CONSTRAINT posting_of_entry",
    ],
)

# Positions are unique and below the entry's size, and at commit there are as many postings as the
# size says: so an entry has all its postings, at least one, and no later one finds a free place.
POSITION_IN_ENTRY = migrations.RunSQL(
    sql="""
CREATE FUNCTION ledger_posting_in_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.position >= (SELECT size FROM ledger_entry WHERE id = NEW.entry_id) THEN
    RAISE EXCEPTION 'entry % has no place for a posting at position %', NEW.entry_id, NEW.position
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_posting_in_entry AFTER INSERT ON ledger_posting
  FOR EACH ROW EXECUTE FUNCTION ledger_posting_in_entry();
""",
    reverse_sql="""
DROP TRIGGER ledger_posting_in_entry ON ledger_posting;
DROP FUNCTION ledger_posting_in_entry();
""",
)

ENTRY_WHOLE = migrations.RunSQL(
    sql="""
CREATE FUNCTION ledger_entry_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT count(*) FROM ledger_posting WHERE entry_id = NEW.id) <> NEW.size THEN
    RAISE EXCEPTION 'entry % has not the % postings it announces', NEW.id, NEW.size
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_entry_whole AFTER INSERT ON ledger_entry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_entry_whole();

CREATE FUNCTION ledger_entry_mirrors() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT position, debit_id, credit_id, amount_minor, currency
      FROM ledger_posting WHERE entry_id = NEW.id
    EXCEPT
    SELECT position, credit_id, debit_id, amount_minor, currency
      FROM ledger_posting WHERE entry_id = NEW.reverses_id
  ) OR NEW.size <> (SELECT size FROM ledger_entry WHERE id = NEW.reverses_id) THEN
    RAISE EXCEPTION 'entry % does not mirror entry %, which it reverses', NEW.id, NEW.reverses_id
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_entry_mirrors AFTER INSERT ON ledger_entry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.reverses_id IS NOT NULL)
  EXECUTE FUNCTION ledger_entry_mirrors();
""",
    reverse_sql="""
DROP TRIGGER ledger_entry_mirrors ON ledger_entry;
DROP FUNCTION ledger_entry_mirrors();
DROP TRIGGER ledger_entry_whole ON ledger_entry;
DROP FUNCTION ledger_entry_whole();
""",
)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_accounts_entries_postings")]

    operations = [
        KEYS,
        POSITION_IN_ENTRY,
        ENTRY_WHOLE,
        *append_only_all(["ledger_account", "ledger_entry", "ledger_posting"]),
    ]
