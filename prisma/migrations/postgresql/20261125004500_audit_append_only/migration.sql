-- The audit log is written once and never changed (ASVS 16.4.2); what is old enough to be purged, no setting keeps shorter.
CREATE FUNCTION "accounts_auditevent_refuse"() RETURNS trigger LANGUAGE plpgsql AS $function$
BEGIN
  RAISE EXCEPTION 'the audit log is append-only';
END
$function$;

CREATE TRIGGER "accounts_auditevent_unchanged" BEFORE UPDATE ON "accounts_auditevent"
  FOR EACH ROW EXECUTE FUNCTION "accounts_auditevent_refuse"();

CREATE TRIGGER "accounts_auditevent_kept" BEFORE DELETE ON "accounts_auditevent"
  FOR EACH ROW WHEN (OLD."at" > now() - interval '12 hours') EXECUTE FUNCTION "accounts_auditevent_refuse"();

CREATE TRIGGER "accounts_auditevent_not_emptied" BEFORE TRUNCATE ON "accounts_auditevent"
  FOR EACH STATEMENT EXECUTE FUNCTION "accounts_auditevent_refuse"();
