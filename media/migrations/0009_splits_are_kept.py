"""What the database holds about splits, whoever writes to it; the table before them goes."""

from django.db import migrations

from stockcoop.kernel.db import append_only_all

PROMISES = migrations.RunSQL(
    sql="""
CREATE FUNCTION media_split_promises() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  broken text;
  asked_in bigint;
BEGIN
  IF TG_TABLE_NAME = 'media_splitversion' THEN
    IF EXISTS (
      SELECT 1 FROM media_splitversion v LEFT JOIN media_splitoutcome o ON o.version_id = v.id
      WHERE v.work_id = NEW.work_id AND o.id IS NULL
    ) THEN broken := 'another one of the work is open';
    ELSIF NEW.number <> 1 + (
      SELECT coalesce(max(number), 0) FROM media_splitversion WHERE work_id = NEW.work_id
    ) THEN broken := 'its number is not the next one';
    END IF;
  ELSIF TG_TABLE_NAME IN ('media_splitpart', 'media_splitasked') THEN
    IF EXISTS (
      SELECT 1 FROM media_splitanswer a JOIN media_splitasked q ON q.id = a.asked_id
      WHERE q.version_id = NEW.version_id
    ) THEN broken := 'somebody has answered already';
    END IF;
  ELSIF TG_TABLE_NAME = 'media_splitanswer' THEN
    SELECT version_id INTO asked_in FROM media_splitasked WHERE id = NEW.asked_id;
    IF EXISTS (SELECT 1 FROM media_splitoutcome WHERE version_id = asked_in)
    THEN broken := 'it has ended';
    END IF;
  ELSIF NEW.word = 'agreed' THEN
    IF EXISTS (
      SELECT 1 FROM media_splitasked q LEFT JOIN media_splitanswer a ON a.asked_id = q.id
      WHERE q.version_id = NEW.version_id AND a.agrees IS DISTINCT FROM true
    ) THEN broken := 'somebody who is asked has not agreed';
    ELSIF EXISTS (
      SELECT 1 FROM media_splitpart p WHERE p.version_id = NEW.version_id AND NOT EXISTS (
        SELECT 1 FROM media_splitasked q
        WHERE q.version_id = NEW.version_id AND q.member_id = p.member_id
      )
    ) THEN broken := 'somebody with a part was not asked';
    ELSIF NOT EXISTS (
      SELECT 1 FROM media_splitversion v JOIN media_work w ON w.id = v.work_id
      JOIN media_splitpart p ON p.version_id = v.id AND p.member_id = w.owner_id
      WHERE v.id = NEW.version_id
    ) THEN broken := 'the owner has no part in it';
    END IF;
  END IF;
  IF broken IS NOT NULL THEN
    RAISE EXCEPTION 'split refused: %', broken USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER media_split_promises BEFORE INSERT ON media_splitversion
  FOR EACH ROW EXECUTE FUNCTION media_split_promises();
CREATE TRIGGER media_split_promises BEFORE INSERT ON media_splitpart
  FOR EACH ROW EXECUTE FUNCTION media_split_promises();
CREATE TRIGGER media_split_promises BEFORE INSERT ON media_splitasked
  FOR EACH ROW EXECUTE FUNCTION media_split_promises();
CREATE TRIGGER media_split_promises BEFORE INSERT ON media_splitanswer
  FOR EACH ROW EXECUTE FUNCTION media_split_promises();
CREATE TRIGGER media_split_promises BEFORE INSERT ON media_splitoutcome
  FOR EACH ROW EXECUTE FUNCTION media_split_promises();
""",
    reverse_sql="""
DROP TRIGGER media_split_promises ON media_splitoutcome;
DROP TRIGGER media_split_promises ON media_splitanswer;
DROP TRIGGER media_split_promises ON media_splitasked;
DROP TRIGGER media_split_promises ON media_splitpart;
DROP TRIGGER media_split_promises ON media_splitversion;
DROP FUNCTION media_split_promises();
""",
)


class Migration(migrations.Migration):
    dependencies = [("media", "0008_splits")]

    operations = [
        PROMISES,
        *append_only_all(
            [
                "media_splitversion",
                "media_splitpart",
                "media_splitasked",
                "media_splitanswer",
                "media_splitoutcome",
                "media_splitrole",
            ]
        ),
        migrations.DeleteModel(name="CoCreator"),
    ]
