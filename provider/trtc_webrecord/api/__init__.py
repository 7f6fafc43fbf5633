"""StartWebRecord, DescribeWebRecord and StopWebRecord over signed HTTP."""
