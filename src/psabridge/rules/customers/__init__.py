"""Who is billed for which tenant: both lists, changes of mappings, what an unmapping leaves."""
