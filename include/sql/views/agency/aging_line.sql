-- title: The lines of the aging, with the settings that hold their loss rates

select
    t.age,
    t.bucket,
    t.setting
from (
    values
    (1, 'not due', 'loss_rate_not_due'),
    (2, '1-30 days', 'loss_rate_1_30'),
    (3, '31-60 days', 'loss_rate_31_60'),
    (4, '61-90 days', 'loss_rate_61_90'),
    (5, 'over 90 days', 'loss_rate_over_90'),
    (6, 'unapplied cash and credits', null)
) as t (age, bucket, setting)
