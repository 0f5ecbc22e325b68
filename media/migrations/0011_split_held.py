"""The split of a work, held and then read in one call."""

from django.db import migrations

# Each statement of a volatile function sees what was committed before it began, so the second
# sees all that was agreed before the first one had the row.
SPLIT_HELD = migrations.RunSQL(
    sql="""
CREATE FUNCTION media_split_held(asked bigint, moment timestamptz) RETURNS json
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM FROM media_work WHERE id = asked FOR KEY SHARE;
  RETURN (
    SELECT json_build_object('version', v.id, 'shares', (
             SELECT json_agg(json_build_array(p.member_id, p.weight) ORDER BY p.member_id)
               FROM media_splitpart p WHERE p.version_id = v.id))
      FROM media_splitversion v JOIN media_splitoutcome o ON o.version_id = v.id
     WHERE v.work_id = asked AND o.word = 'agreed' AND o.in_force_from <= moment
     ORDER BY v.number DESC LIMIT 1);
END $$;
""",
    reverse_sql="DROP FUNCTION media_split_held(bigint, timestamptz)",
)


class Migration(migrations.Migration):
    dependencies = [("media", "0010_sensitive_use")]

    operations = [SPLIT_HELD]
