"""StartWebRecord, DescribeWebRecord and StopWebRecord as signed HTTP requests."""
