"""What an AWS account holds: its services' own answers, as records of the datasets ``cloud_*``."""
