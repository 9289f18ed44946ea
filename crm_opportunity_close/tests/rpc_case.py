import json
from datetime import datetime, timedelta
from xmlrpc.client import Fault

from odoo.tests import HttpCase, get_db_name

# What XML-RPC answers where a person is told why (see odoo/addons/rpc).
PLAIN_FAULTS = {2, 3, 4}


class RefusedError(Exception):
    """What the server answered instead of a result; ``is_plain`` where it is meant to be read."""

    def __init__(self, message, is_plain):
        super().__init__(message)
        self.is_plain = is_plain


class RpcCase(HttpCase):
    """Speak to the server over HTTP as somebody, in each of its three protocols."""

    def speak_as(self, user):
        """Let the calls that follow come from this user.

        :param res.users user: one whose password is the login
        :return: protocol → the function that calls a method in it
        :rtype: dict
        """
        expires = datetime.now() + timedelta(hours=1)
        keys = self.env["res.users.apikeys"].with_user(user)
        self.key = keys._generate("rpc", "test", expires)
        self.speaker = user
        self.authenticate(user.login, user.login)
        return {
            "JSON-RPC": self.call_jsonrpc,
            "JSON-2": self.call_json2,
            "XML-RPC": self.call_xmlrpc,
        }

    def call_jsonrpc(self, model, method, ids=None, context=None, **kwargs):
        """Call a method as the web client does, within a session."""
        params = {
            "model": model,
            "method": method,
            "args": [] if ids is None else [ids],
            "kwargs": {**kwargs, "context": context or {}},
        }
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        answer = self._post(f"/web/dataset/call_kw/{model}/{method}", body).json()
        if "error" in answer:
            error = answer["error"]["data"]
            raise RefusedError(error["message"], error["name"].startswith("odoo."))
        return answer.get("result")

    def call_json2(self, model, method, ids=None, context=None, **kwargs):
        """Call a method as another program does, with a key."""
        body = {**kwargs, "context": context or {}, **({} if ids is None else {"ids": ids})}
        headers = {"Authorization": f"Bearer {self.key}", "X-Odoo-Database": get_db_name()}
        answer = self._post(f"/json/2/{model}/{method}", body, headers)
        if answer.status_code != 200:
            error = answer.json()
            raise RefusedError(error["message"], error["name"].startswith("odoo."))
        return answer.json()

    def call_xmlrpc(self, model, method, ids=None, context=None, **kwargs):
        """Call a method as older programs do, with a key in place of the password."""
        arguments = [] if ids is None else [ids]
        kwargs["context"] = context or {}
        login = (get_db_name(), self.speaker.id, self.key)
        try:
            return self.xmlrpc_object.execute_kw(*login, model, method, arguments, kwargs)
        except Fault as fault:
            is_plain = fault.faultCode in PLAIN_FAULTS
            raise RefusedError(fault.faultString, is_plain) from None

    def _post(self, path, body, headers=None):
        # Not the library's own encoder, which is stricter than most clients.
        headers = {"Content-Type": "application/json", **(headers or {})}
        return self.url_open(path, data=json.dumps(body), headers=headers)
