"""A stand-in for Amazon SES v2 on loopback: boto3's ``sesv2`` client talks to it unchanged.

It speaks the documented wire format of SendEmail (raw content), GetAccount, identities, configuration
sets and event destinations, refuses what SES refuses, keeps a record of what was really mailed
(``mailed.jsonl`` and one ``.eml`` per message id, which survive restarts) and publishes SES's events to
the SNS topic of the configuration set. ``/control`` sets quota, identities, account and faults.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import binascii
import json
import re
import threading
import time
import uuid
from email import message_from_bytes
from email.policy import default
from email.utils import getaddresses, parseaddr
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from quarterdeck.demo.ses_events import Events
from quarterdeck.demo.ses_faults import (
    NOT_TAKEN,
    TAKEN,
    SesError,
    TearableProtocol,
    misbehave,
    read_fault,
)
from quarterdeck.demo.ses_suppression import suppression_routes

if TYPE_CHECKING:
    from starlette.requests import Request

DAY = 86_400.0
MAX_RECIPIENTS = 50
MAX_BYTES = 40 * 1024 * 1024
_TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")


class State:
    """Settings and the record of mail, under one folder; safe for the threads of one process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "raw").mkdir(parents=True, exist_ok=True)
        self.lock = threading.RLock()
        self.settings: dict[str, Any] = {
            "quota": {"max_24_hour_send": 50_000.0, "max_send_rate": 14.0, "sent_before": 0.0,
                      "daily_error": "TooManyRequestsException"},
            "account": {"sending_enabled": True, "enforcement_status": "HEALTHY", "production_access": True,
                        "suspended": False},
            "identities": {}, "configuration_sets": {}, "faults": [], "suppressed": {},
        }  # fmt: skip
        if (folder / "settings.json").exists():
            self.settings |= json.loads((folder / "settings.json").read_text())
        self.mailed: list[dict[str, Any]] = []
        if (folder / "mailed.jsonl").exists():
            lines = (folder / "mailed.jsonl").read_text().splitlines()
            self.mailed = [json.loads(line) for line in lines]

    def save(self) -> None:
        """Write the settings, replacing the file as a whole."""
        staged = self.folder / "settings.json.new"
        staged.write_text(json.dumps(self.settings, indent=1, sort_keys=True))
        staged.replace(self.folder / "settings.json")

    def record(self, mail: dict[str, Any], data: bytes) -> None:
        """Keep one mailed message: first the bytes, then the line that says that it was mailed."""
        (self.folder / "raw" / f"{mail['message_id']}.eml").write_bytes(data)
        with (self.folder / "mailed.jsonl").open("a") as file:
            file.write(json.dumps(mail) + "\n")
        self.mailed.append(mail)

    def sent_since(self, instant: float) -> int:
        """Recipients mailed since an epoch second."""
        return sum(len(mail["envelope"]) for mail in self.mailed if mail["time"] > instant)

    def take_fault(self, recipients: list[str]) -> dict[str, Any]:
        """The next fault for these recipients, counted down; empty if there is none."""
        for fault in self.settings["faults"]:
            if fault["recipient"] in {None, *recipients}:
                fault["times"] -= 1
                if fault["times"] <= 0:
                    self.settings["faults"].remove(fault)
                self.save()
                return dict(fault)
        return {}

    def set_identity(self, name: str, facts: dict[str, Any]) -> None:
        """Set an identity (address or domain); what isn't given keeps its value, else is verified."""
        fresh = {"verified": True, "dkim_status": "SUCCESS", "dkim_signing": True, "mail_from_verified": True}
        known = self.settings["identities"]
        known[name.lower()] = known.get(name.lower(), fresh) | facts
        self.save()

    def identity_of(self, address: str) -> dict[str, Any] | None:
        """The verified identity of an address: itself, its domain, or a parent domain."""
        labels = address.rpartition("@")[2].lower().split(".")
        names = [address.lower(), *(".".join(labels[i:]) for i in range(len(labels)))]
        known = self.settings["identities"]
        return next((known[name] for name in names if known.get(name, {}).get("verified")), None)


class Standin:
    """The HTTP face: SES v2 under ``/v2/email``, settings under ``/control``."""

    def __init__(self, state: State, sns_endpoint: str | None) -> None:
        self.state = state
        self.events = Events(sns_endpoint)

    # --- SendEmail --------------------------------------------------------------------------------

    async def send_email(self, request: Request) -> Response:
        body = json.loads(await request.body())
        mail, data = _parse(body)
        fault = self.state.take_fault(mail["envelope"])
        kind = fault.get("kind", "")
        await asyncio.sleep(fault.get("seconds", 0.0) if kind == "delay" else 0.0)
        if kind in NOT_TAKEN:
            return await misbehave(kind, request)
        with self.state.lock:
            self._check(mail, data)
            mail |= {
                "message_id": f"{int(time.time() * 1000):016x}-{uuid.uuid4()}-000000",
                "time": time.time(),
            }
            self.state.record(mail, data)
        chosen = self.state.settings["configuration_sets"].get(mail["configuration_set"], {})
        self.events.mailed(mail, data, list(chosen.get("destinations", {}).values()))
        if kind in TAKEN:
            return await misbehave(kind, request)
        return JSONResponse({"MessageId": mail["message_id"]})

    def _check(self, mail: dict[str, Any], data: bytes) -> None:
        """Refuse what SES refuses, in its words."""
        settings, account, quota = (
            self.state.settings,
            self.state.settings["account"],
            self.state.settings["quota"],
        )
        chosen = settings["configuration_sets"].get(mail["configuration_set"])
        if account["suspended"] or account["enforcement_status"] == "SHUTDOWN":
            raise SesError(
                400, "AccountSuspendedException", "The account's ability to send email is suspended."
            )
        if not account["sending_enabled"]:
            raise SesError(400, "SendingPausedException", "Email sending is disabled for the account.")
        if mail["configuration_set"] and chosen is None:
            name = mail["configuration_set"]
            raise SesError(404, "NotFoundException", f"Configuration set <{name}> does not exist.")
        if chosen is not None and not chosen["sending_enabled"]:
            raise SesError(
                400, "SendingPausedException", "Email sending is disabled for the configuration set."
            )
        self._check_identities(mail, sandbox=not account["production_access"])
        if not 1 <= len(mail["envelope"]) <= MAX_RECIPIENTS:
            raise SesError(400, "BadRequestException", f"Recipient count must be 1 to {MAX_RECIPIENTS}.")
        if len(data) > MAX_BYTES:
            raise SesError(400, "MessageRejected", f"Message length is more than {MAX_BYTES} bytes long.")
        sent, count, rate = quota["sent_before"], len(mail["envelope"]), quota["max_send_rate"]
        most = quota["max_24_hour_send"]
        if most >= 0 and sent + self.state.sent_since(time.time() - DAY) + count > most:
            raise SesError(429, quota["daily_error"], "Daily message quota exceeded.")
        if self.state.sent_since(time.time() - 1.0) + min(count, rate) > rate:
            raise SesError(429, "TooManyRequestsException", "Maximum sending rate exceeded.")

    def _check_identities(self, mail: dict[str, Any], *, sandbox: bool) -> None:
        sender = parseaddr(mail["from"])[1]
        identity = self.state.identity_of(sender)
        wanting = [] if identity else [sender]
        if sandbox:
            wanting += [address for address in mail["envelope"] if not self.state.identity_of(address)]
        if wanting:
            failed = f"The following identities failed the check in region US-EAST-1: {', '.join(wanting)}"
            raise SesError(400, "MessageRejected", f"Email address is not verified. {failed}")
        if identity and not identity["mail_from_verified"]:
            text = "The sender's custom MAIL FROM domain isn't verified."
            raise SesError(400, "MailFromDomainNotVerifiedException", text)

    # --- the rest of SES v2 -----------------------------------------------------------------------

    async def get_account(self, _: Request) -> Response:
        quota, account = self.state.settings["quota"], self.state.settings["account"]
        return JSONResponse({
            "DedicatedIpAutoWarmupEnabled": False,
            "EnforcementStatus": account["enforcement_status"],
            "ProductionAccessEnabled": account["production_access"],
            "SendingEnabled": account["sending_enabled"] and not account["suspended"],
            "SendQuota": {
                "Max24HourSend": quota["max_24_hour_send"],
                "MaxSendRate": quota["max_send_rate"],
                "SentLast24Hours": quota["sent_before"] + self.state.sent_since(time.time() - DAY),
            },
        })  # fmt: skip

    async def create_identity(self, request: Request) -> Response:
        name = json.loads(await request.body())["EmailIdentity"].lower()
        if name in self.state.settings["identities"]:
            raise SesError(400, "AlreadyExistsException", f"Email identity {name} already exists.")
        self.state.set_identity(name, {"verified": False, "dkim_status": "PENDING"})
        return JSONResponse(_identity_answer(name, self.state.settings["identities"][name]))

    async def list_identities(self, _: Request) -> Response:
        """All of them on one page."""
        known = self.state.settings["identities"]
        return JSONResponse(
            {"EmailIdentities": [_identity_line(name, known[name]) for name in sorted(known)]}
        )

    async def get_identity(self, request: Request) -> Response:
        name = request.path_params["name"].lower()
        found = self.state.settings["identities"].get(name)
        if found is None:
            raise SesError(404, "NotFoundException", f"Email identity {name} does not exist.")
        return JSONResponse(_identity_answer(name, found))

    async def create_set(self, request: Request) -> Response:
        body = json.loads(await request.body())
        name, sets = body["ConfigurationSetName"], self.state.settings["configuration_sets"]
        if name in sets:
            raise SesError(400, "AlreadyExistsException", f"Configuration set <{name}> already exists.")
        enabled = body.get("SendingOptions", {}).get("SendingEnabled", True)
        sets[name] = {"sending_enabled": enabled, "destinations": {}}
        self.state.save()
        return JSONResponse({})

    async def list_sets(self, _: Request) -> Response:
        return JSONResponse({"ConfigurationSets": sorted(self.state.settings["configuration_sets"])})

    def _set(self, request: Request) -> dict[str, Any]:
        name = request.path_params["name"]
        found: dict[str, Any] | None = self.state.settings["configuration_sets"].get(name)
        if found is None:
            raise SesError(404, "NotFoundException", f"Configuration set <{name}> does not exist.")
        return found

    async def get_set(self, request: Request) -> Response:
        options = {"SendingEnabled": self._set(request)["sending_enabled"]}
        return JSONResponse({"ConfigurationSetName": request.path_params["name"], "SendingOptions": options})

    async def create_destination(self, request: Request) -> Response:
        body, found = json.loads(await request.body()), self._set(request)
        name = body["EventDestinationName"]
        if name in found["destinations"]:
            raise SesError(400, "AlreadyExistsException", f"Event destination <{name}> already exists.")
        found["destinations"][name] = {"Enabled": False, "MatchingEventTypes": []} | body["EventDestination"]
        self.state.save()
        return JSONResponse({})

    async def get_destinations(self, request: Request) -> Response:
        found = self._set(request)["destinations"]
        return JSONResponse({"EventDestinations": [{"Name": name, **found[name]} for name in sorted(found)]})

    # --- control ----------------------------------------------------------------------------------

    async def control(self, _: Request) -> Response:
        return JSONResponse(self.state.settings | {"mailed": len(self.state.mailed)})

    async def set_control(self, request: Request) -> Response:
        """Merge into quota, account and identities; ``faults`` replaces the list."""
        body = json.loads(await request.body())
        for name, facts in body.pop("identities", {}).items():
            self.state.set_identity(name, facts)
        if "faults" in body:
            self.state.settings["faults"] = [read_fault(fault) for fault in body.pop("faults")]
        for part, values in body.items():
            known = self.state.settings[part] if part in {"quota", "account"} else {}
            if strange := sorted(set(values) - set(known)):
                raise SesError(
                    400, "BadRequestException", f"{part}: expected {sorted(known)}, found {strange}"
                )
            known |= values
        self.state.save()
        return await self.control(request)

    async def control_mailed(self, _: Request) -> Response:
        return JSONResponse(self.state.mailed)


def _identity_answer(name: str, identity: dict[str, Any]) -> dict[str, Any]:
    return {
        "IdentityType": "EMAIL_ADDRESS" if "@" in name else "DOMAIN",
        "VerifiedForSendingStatus": identity["verified"],
        "VerificationStatus": "SUCCESS" if identity["verified"] else "PENDING",
        "DkimAttributes": {"SigningEnabled": identity["dkim_signing"], "Status": identity["dkim_status"]},
    }


def _identity_line(name: str, identity: dict[str, Any]) -> dict[str, Any]:
    answer = _identity_answer(name, identity)
    kept = {key: answer[key] for key in ("IdentityType", "VerificationStatus")}
    return {"IdentityName": name, "SendingEnabled": identity["verified"], **kept}


def _parse(body: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The envelope of a SendEmail request and the raw message. Raises SesError."""
    try:
        data = base64.b64decode(body["Content"]["Raw"]["Data"], validate=True)
    except (KeyError, TypeError, binascii.Error):
        raise SesError(
            400, "BadRequestException", "Expected Content.Raw.Data: this takes raw messages only."
        ) from None
    tags = {tag["Name"]: tag["Value"] for tag in body.get("EmailTags", [])}
    if any(not _TAG.fullmatch(text) for pair in tags.items() for text in pair):
        raise SesError(400, "BadRequestException", "Invalid tag: only letters, digits, - and _ are allowed.")
    message = message_from_bytes(data, policy=default)
    given = body.get("Destination") or {}
    named = [address for kind in ("To", "Cc", "Bcc") for address in given.get(f"{kind}Addresses", [])]
    headers = named or [str(value) for kind in ("To", "Cc", "Bcc") for value in message.get_all(kind, [])]
    envelope = [address for _, address in getaddresses(headers) if address]
    mail = {"from": body.get("FromEmailAddress") or str(message["From"]), "envelope": envelope, "tags": tags,
            "configuration_set": body.get("ConfigurationSetName", "")}  # fmt: skip
    return mail, data


async def _as_ses_error(_: Request, error: Exception) -> Response:
    if not isinstance(error, SesError):
        error = SesError(400, "BadRequestException", f"The request can't be read ({type(error).__name__}).")
    headers = {"x-amzn-ErrorType": error.code, "x-amzn-RequestId": str(uuid.uuid4())}
    return JSONResponse({"message": error.text}, status_code=error.status, headers=headers)


def make_app(state: State, sns_endpoint: str | None) -> Starlette:
    """The ASGI application; events go to the SNS API at ``sns_endpoint`` (none: AWS's own)."""
    standin = Standin(state, sns_endpoint)
    v2, sets = "/v2/email", "/v2/email/configuration-sets"
    routes = [
        Route(f"{v2}/outbound-emails", standin.send_email, methods=["POST"]),
        Route(f"{v2}/account", standin.get_account, methods=["GET"]),
        Route(f"{v2}/identities", standin.create_identity, methods=["POST"]),
        Route(f"{v2}/list-identities", standin.list_identities, methods=["POST"]),
        Route(f"{v2}/identities/{{name}}", standin.get_identity, methods=["GET"]),
        Route(f"{v2}/list-configuration-sets", standin.list_sets, methods=["POST"]),
        Route(sets, standin.create_set, methods=["POST"]),
        Route(f"{sets}/{{name}}", standin.get_set, methods=["GET"]),
        Route(f"{sets}/{{name}}/event-destinations", standin.create_destination, methods=["POST"]),
        Route(f"{sets}/{{name}}/event-destinations", standin.get_destinations, methods=["GET"]),
        *suppression_routes(state, v2),
        Route("/control", standin.control, methods=["GET"]),
        Route("/control", standin.set_control, methods=["PUT"]),
        Route("/control/mailed", standin.control_mailed, methods=["GET"]),
    ]
    handlers: Any = dict.fromkeys((SesError, ValueError, KeyError, TypeError, AttributeError), _as_ses_error)
    return Starlette(routes=routes, exception_handlers=handlers)


def make_server(app: Starlette, port: int) -> uvicorn.Server:
    """A server on 127.0.0.1, nowhere else."""
    return uvicorn.Server(
        uvicorn.Config(
            app, host="127.0.0.1", port=port, http=TearableProtocol, lifespan="off", access_log=False,
            log_level="warning", timeout_keep_alive=75, timeout_graceful_shutdown=1,
        )
    )  # fmt: skip


def main() -> None:
    """Run until it is told to end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument(
        "--state", type=Path, required=True, help="folder for settings and the record of mail"
    )
    parser.add_argument("--sns-endpoint", help="URL of the emulator that has the SNS topics")
    parser.add_argument(
        "--identity", action="append", default=[], help="a verified address or domain, repeatable"
    )
    asked = parser.parse_args()
    state = State(asked.state)
    for name in asked.identity:
        state.set_identity(name, {})
    make_server(make_app(state, asked.sns_endpoint), asked.port).run()


if __name__ == "__main__":
    main()
