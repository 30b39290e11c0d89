-- title: Code by language
-- inputs: code_files
-- columns: language: text, files: count, lines: count, code_lines: count, tests: count, not_parsing: count
-- needs: a surveyed repository or AWS account
-- owner: engineering
select
    language,
    cast(sum(lines) as bigint) as lines,
    cast(sum(code_lines) as bigint) as code_lines,
    count(*) as files,
    count(case when is_test then 1 end) as tests,
    count(case when not coalesce(parses, true) then 1 end) as not_parsing
from code_files
group by language
order by code_lines desc, language asc
