"""DynamoDB: the items of a partition, of a whole table, or of its point-in-time export."""

from quarterdeck.sources.dynamodb.reading import read_items

__all__ = ["read_items"]
