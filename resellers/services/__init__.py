"""What can be done to companies and customers, one verb a function; screens and jobs come through here."""
