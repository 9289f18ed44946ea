"""An Odoo server as people use it: over HTTP, with one or several workers."""

import http.client
import json
import re
import socket
import time
from http.cookies import SimpleCookie
from pathlib import Path

from .. import console, paths, process, venv

STARTUP_SECONDS = 60
# What Odoo logs of a request ends with: status, queries, their seconds, other seconds.
REQUEST = re.compile(r'" 200 - (\d+) [\d.]+ [\d.]+')
RETRY = "tries left, try again in"


class Server:
    """A context manager around a server on one database."""

    def __init__(self, odoo, database, workers=0):
        """
        :param int workers: processes; 0 is one process with threads
        """
        self.port, polling = _get_free_ports(2)
        self.database = database
        self._log = paths.LOGS / f"{database}-server.log"
        self._environment = odoo.environment
        self._command = [
            *(str(venv.PYTHON), str(Path(__file__).with_name("launch.py"))),
            *("-c", str(odoo.conf), "-d", database),
            *("--http-port", str(self.port), "--gevent-port", str(polling)),
            *("--workers", str(workers), "--max-cron-threads", "0"),
            *("--db-filter", f"^{database}$", "--no-database-list"),
        ]

    def __enter__(self):
        paths.LOGS.mkdir(parents=True, exist_ok=True)
        self._output = self._log.open("w")
        streams = {"stdout": self._output, "stderr": self._output}
        self._started = process.started(self._command, env=self._environment, **streams)
        child = self._started.__enter__()
        deadline = time.monotonic() + STARTUP_SECONDS
        while not self._answers():
            if child.poll() is not None or time.monotonic() > deadline:
                self.__exit__(None, None, None)
                console.fail(f"Odoo did not start. The log: {self._log}")
            time.sleep(0.2)
        return self

    def __exit__(self, *error):
        self._started.__exit__(*error)
        self._output.close()

    def _answers(self):
        try:
            return Client(self).get("/web/login") == http.HTTPStatus.OK
        except OSError:
            return False

    def count_queries(self):
        """Return the queries of all requests so far, as the server's log has them."""
        return sum(map(int, REQUEST.findall(self._log.read_text())))

    def count_retries(self):
        """Return how often a request was done again since another one was faster."""
        return self._log.read_text().count(RETRY)


class Client:
    """A browser's connection to a server, logged in or not."""

    def __init__(self, server):
        self._database = server.database
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
        self._cookies = SimpleCookie()

    def get(self, path):
        return self._ask("GET", path)[0]

    def log_in(self, login):
        """Log in with a password that is the login; return the client."""
        names = {"db": self._database, "login": login, "password": login}
        self.user = self._call("/web/session/authenticate", names)
        company = self.user["user_companies"]["current_company"]
        self.context = {**self.user["user_context"], "allowed_company_ids": [company]}
        return self

    def call(self, model, method, *args, **kwargs):
        """Call a method of a model as the web client does.

        :raise RuntimeError: the server answers with an error; its message
        """
        kwargs = {**kwargs, "context": {**self.context, **kwargs.get("context", {})}}
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self._call(f"/web/dataset/call_kw/{model}/{method}", params)

    def _call(self, path, params):
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        answer = json.loads(self._ask("POST", path, body)[1])
        if "error" in answer:
            raise RuntimeError(answer["error"]["data"]["message"])
        return answer.get("result")

    def _ask(self, method, path, body=None):
        cookies = "; ".join(f"{name}={cookie.value}" for name, cookie in self._cookies.items())
        headers = {"Content-Type": "application/json", **({"Cookie": cookies} if cookies else {})}
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        for cookie in response.headers.get_all("Set-Cookie", []):
            self._cookies.load(cookie)
        return response.status, response.read()


def _get_free_ports(count):
    """Return ports that nobody uses at this moment."""
    probes = [socket.socket() for _number in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports
