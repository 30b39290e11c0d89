"""DynamoDB, S3 and local files become raw frames, and those the declared ones."""
