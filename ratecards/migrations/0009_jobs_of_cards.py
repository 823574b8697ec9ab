from django.db import migrations

# The jobs of before the column, by the id of the card that they were given.
NAME = """
    UPDATE accounts_job j SET about = c.code FROM ratecards_ratecard c WHERE j.params -> 'card' = to_jsonb(c.id)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('ratecards', '0008_what_prices_mean'),
        ('accounts', '0007_job_about'),
    ]

    operations = [
        migrations.RunSQL(NAME, migrations.RunSQL.noop),
    ]
