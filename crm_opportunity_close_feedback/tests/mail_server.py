import socketserver
import threading
from email import message_from_bytes, policy


class _Session(socketserver.StreamRequestHandler):
    def _say(self, text):
        self.wfile.write(f"{text}\r\n".encode())

    def handle(self):
        self._say("220 test")
        recipients = []
        for line in iter(self.rfile.readline, b""):
            word = line.strip().upper()
            if word.startswith(b"RCPT"):
                recipients.append(line.decode().split("<")[1].split(">")[0])
            if word.startswith(b"QUIT"):
                self._say("221 bye")
                return
            if word == b"DATA":
                self._receive(recipients)
                recipients = []
            else:
                refused = word.startswith(b"RCPT") and self.server.refuses
                self._say("550 nobody here" if refused else "250 fine")

    def _receive(self, recipients):
        self._say("354 go on")
        lines = []
        for line in iter(self.rfile.readline, b".\r\n"):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        message = message_from_bytes(b"".join(lines), policy=policy.default)
        self.server.received.append((recipients, message))
        self._say("250 received")


class MailServer(socketserver.ThreadingTCPServer):
    """A mail server on a port of its own that keeps what it receives."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Session)
        self.received = []
        self.refuses = False
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]

    def stop(self):
        self.shutdown()
        self.server_close()
