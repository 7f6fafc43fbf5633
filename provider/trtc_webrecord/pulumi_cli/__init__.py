"""A stack as the `pulumi` command prints it, and a project as its file describes it."""
