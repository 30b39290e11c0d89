"""Own rules beside detect-secrets': providers that it does not know, and places that it does not read.

Each: kind, the text that must occur (lower case, so that most files cost one search), the pattern. The
secret is the group ``secret``, else the whole match.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Rule(NamedTuple):
    """A pattern of a provider's secret; ``least``: bits per character below which it is a placeholder."""

    kind: str
    hint: str
    pattern: re.Pattern[str]
    least: float = 3.0


def _rule(kind: str, hint: str, pattern: str, least: float = 3.0) -> Rule:
    return Rule(kind, hint, re.compile(pattern), least)


PROVIDERS = (
    _rule("Google API key", "aiza", r"\bAIza[0-9A-Za-z_-]{35}(?![\w-])"),
    _rule("Google OAuth secret", "gocspx-", r"\bGOCSPX-[\w-]{28}(?![\w-])"),
    _rule("Google OAuth token", "ya29.", r"\bya29\.[\w-]{20,}"),
    _rule("GitHub fine-grained token", "github_pat_", r"\bgithub_pat_\w{50,90}"),
    _rule("GitLab token", "gl", r"\bgl(?:pat|rt|dt|ptt|soat|ft)-[\w-]{20,}"),
    _rule("Anthropic key", "sk-ant-", r"\bsk-ant-[\w-]{24,}"),
    _rule("OpenAI key", "sk-", r"\bsk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{32,}"),
    _rule("Hugging Face token", "hf_", r"\bhf_[A-Za-z0-9]{30,40}\b"),
    _rule("DigitalOcean token", "_v1_", r"\bdo[opr]_v1_[a-f0-9]{64}\b"),
    _rule("Shopify token", "shp", r"\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b"),
    _rule("Stripe key", "_live_", r"\b(?:[srp]k|whsec)_live_[0-9A-Za-z]{16,}"),
    _rule("Stripe webhook secret", "whsec_", r"\bwhsec_[0-9A-Za-z]{24,}"),
    _rule("Slack app token", "xapp-", r"\bxapp-\d-[A-Z0-9]+-\d+-[a-z0-9]{20,}"),
    _rule("Slack web hook", "hooks.slack.com",
          r"hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9+/_-]{40,}"),
    _rule("Discord web hook", "/api/webhooks/", r"discord(?:app)?\.com/api/webhooks/\d{15,}/[\w-]{50,}"),
    _rule("npm token", "npm_", r"\bnpm_[A-Za-z0-9]{36}\b"),
    _rule("npm token", "_authtoken", r"_authToken\s*=\s*(?P<secret>[A-Za-z0-9._/-]{20,})"),
    _rule("PyPI token", "pypi-", r"\bpypi-AgE[\w-]{50,}"),
    _rule("Databricks token", "dapi", r"\bdapi[a-f0-9]{32}\b"),
    _rule("Vault token", "hv", r"\bhv[sbr]\.[\w-]{24,}"),
    _rule("Mailgun key", "key-", r"\bkey-[0-9a-f]{32}\b"),
    _rule("SendGrid key", "sg.", r"\bSG\.[\w-]{16,32}\.[\w-]{16,64}"),
    _rule("Azure storage key", "accountkey", r"AccountKey=(?P<secret>[A-Za-z0-9+/]{86}==)"),
    _rule("1Password token", "ops_", r"\bops_eyJ[\w-]{60,}"),
    _rule("age key", "age-secret-key-", r"\bAGE-SECRET-KEY-1[0-9A-Z]{58}"),
    _rule("New Relic key", "nrak-", r"\bNRAK-[A-Z0-9]{27}\b"),
    _rule("Sentry token", "sntr", r"\bsntr[ysu]{1,2}_[\w=+/]{40,}"),
    _rule("Postman key", "pmak-", r"\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}\b"),
    _rule("Linear key", "lin_api_", r"\blin_api_[A-Za-z0-9]{40}\b"),
    _rule("Grafana token", "gl", r"\bglsa_[A-Za-z0-9]{32}_[a-f0-9]{8}\b"),
    _rule("Dropbox token", "sl.", r"\bsl\.[\w-]{100,}"),
    _rule("Docker token", "dckr_", r"\bdckr_[po]at_[\w-]{27,}"),
    _rule("Groq key", "gsk_", r"\bgsk_[A-Za-z0-9]{50,}\b"),
    _rule("PostHog key", "ph", r"\bph[sxar]_[A-Za-z0-9]{40,}\b"),
    _rule("Cloudflare token", "cf", r"\bcf(?:at|ut|k)_[A-Za-z0-9]{40,}\b"),
    _rule("PlanetScale token", "pscale_", r"\bpscale_(?:pw|tkn|oauth)_[\w.-]{32,}"),
    _rule("Figma token", "figd_", r"\bfigd_[\w-]{38,}"),
    _rule("Atlassian token", "atatt3", r"\bATATT3[\w-]{60,}"),
    _rule("Password in SQL", "identified",
          r"(?i)\bidentified\s+(?:with\s+\w+\s+)?by\s+(?:password\s+)?['\"]?"
          r"(?P<secret>[^\s'\";\\)`]{6,})", 2),
    _rule("Password in a command", "-",
          r"(?i)(?<![\w-])--?(?:[\w-]{0,20}(?:password|passphrase|passwd|token|secret))(?:=|\s+)['\"]?"
          r"(?P<secret>(?=\S*\d)(?=\S*[a-z])[^\s'\";,)<\[{$-][^\s'\";,)]{5,})", 2.5),
    _rule("Telegram token", ":aa", r"\b\d{8,10}:AA[\w-]{33}(?![\w-])"),
    _rule("Authorization header", "bearer", r"(?i)\bbearer\s+(?P<secret>[\w.~+/-]{20,}=*)", 3.3),
    _rule("Authorization header", "basic",
          r"(?i)authorization['\"]?\s*[:=]\s*['\"]?basic\s+(?P<secret>[\w+/]{12,}=*)"),
    _rule("Password in a URL", "://",
          r"\b[a-z][a-z0-9+.-]{1,20}://[^\s:@/'\"<>]{0,60}:(?P<secret>[^\s:@/'\"<>]{3,})@", 0),
    _rule("Token in a URL", "://", r"https?://(?P<secret>[A-Za-z0-9_-]{20,})@", 3.3),
    _rule("Password hash", "$", r"(?P<secret>\$(?:2[aby]|[156y]|apr1|argon2id?)\$[./$=,\w]{20,})"),
    _rule("Salesforce or Docker auth", "\"auth\"",
          r"\"auth\"\s*:\s*\"(?P<secret>[A-Za-z0-9+/]{8,}=*)\"", 2.5),
)  # fmt: skip

AWS_KEY_ID = re.compile(r"(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])")
AWS_SECRET = re.compile(r"(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])")
PRIVATE_KEY = re.compile(
    r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?P<secret>.{0,12000}?)(?:-----END|\Z)", re.S
)
PUTTY_KEY = re.compile(
    r"PuTTY-User-Key-File-\d.{0,4000}?Private-Lines: \d+\n(?P<secret>[A-Za-z0-9+/=\n]+)", re.S
)

_WORD = (
    r"(?:api_?key|auth_?key|access_?key|account_?key|secret_?key|private_?key|client_?key|encryption_?key|"
    r"app_?key|signing_?key|service_?key|db_?key|master_?key|"
    r"passwo?r?d|passphrase|pwd|pass|secret|token|credentials?|"
    r"auth)"
)
# A name that says secret, an assignment, a value: quoted, or plain in files that know no quotes.
_NAME = rf"(?<![A-Za-z0-9])(?P<name>[\w.-]{{0,50}}?{_WORD}[\w-]{{0,20}})"
QUOTED = re.compile(
    rf"{_NAME}['\"\]]{{0,2}}\s{{0,20}}(?:=>|:=|[=:(]|===?)\s{{0,20}}[bur@]?(?P<quote>\"\"\"|'''|['\"`])"
    r"(?P<secret>[^'\"`\n]{4,400})(?P=quote)",
    re.I,
)
# ("password", "value"): the name alone within its quotes, else any two texts of a list would do.
PAIR = re.compile(
    rf"(?P<around>['\"]){_NAME}(?P=around)\s{{0,20}},\s{{0,20}}(?P<quote>['\"])"
    r"(?P<secret>[^'\"`\n]{4,400})(?P=quote)",
    re.I,
)
PLAIN = re.compile(
    rf"^[ \t]*(?:export[ \t]+|set[ \t]+|-[ \t]+|[#;/]+[ \t]*)?{_NAME}[ \t]*(?:=|:[ \t]|[ \t])[ \t]*"
    r"(?P<secret>[^\s'\"`#,;<>(){}]{4,400})[ \t]*(?:#.*)?$",
    re.I | re.M,
)
# Notes and logs say it within a line: taken only where letters and digits are mixed.
INLINE = re.compile(
    r"(?<![A-Za-z0-9])(?P<name>[\w-]{0,30}(?:passwo?r?d|passphrase|pwd?|token|secret|"
    r"(?:access|api|secret)[ _-]?key))"
    r"['\"]?[ \t]?[:=][ \t]?['\"]?(?P<secret>(?=[^\s'\"]*\d)(?=[^\s'\"]*[A-Za-z])[^\s'\"`,;<>(){}|]{8,200})",
    re.I,
)
NETRC = re.compile(r"\b(?P<name>password)\s+(?P<secret>\S{4,})")
PGPASS = re.compile(r"^[^#:\n]*:[^:\n]*:[^:\n]*:[^:\n]*:(?P<secret>[^\n]+)$", re.M)
MASTER_KEY = re.compile(r"\A\s*(?P<secret>[0-9a-f]{32,64})\s*\Z")
# Files of one form that hold nothing but secrets.
BY_FILE = (
    (re.compile(r"(^|/)([._]netrc|\.authinfo)$"), NETRC),
    (re.compile(r"(^|/)\.?pgpass(\.conf)?$"), PGPASS),
    (re.compile(r"(^|/)master\.key$"), MASTER_KEY),
)
ELEMENT = re.compile(rf"<{_NAME}\b[^>]{{0,80}}>(?P<secret>[^<\n]{{4,200}})</", re.I)
PHP_CONSTANT = re.compile(
    r"define\(\s*['\"](?P<name>\w*(?:KEY|SALT|PASSWORD|SECRET|TOKEN)\w*)['\"]\s*,\s*"
    r"['\"](?P<secret>[^'\"\n]{4,200})['\"]"
)
KEYWORDS = ("pass", "pw", "secret", "token", "key", "credential", "auth")
