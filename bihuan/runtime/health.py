"""Asks the running web server whether all is ready."""

import http.client
import os


class HealthProbe:
    """``/healthz`` of the server on one port; ``last_answer`` is what it said last."""

    def __init__(self, port: int, host: str) -> None:
        self.port = port
        self.host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
        self.last_answer = "it does not answer"

    def is_ready(self) -> bool:
        """True on status 200. Speaks as the proxy in front would: allowed host name, over HTTPS."""
        allowed = [
            name for name in os.environ.get("BIHUAN_HOSTS", "127.0.0.1").split(",") if not name.startswith((".", "*"))
        ]
        headers = {"Host": allowed[0] if allowed else self.host, "X-Forwarded-Proto": "https"}
        connection = http.client.HTTPConnection(self.host, self.port, timeout=5)
        try:
            connection.request("GET", "/healthz", headers=headers)
            response = connection.getresponse()
            self.last_answer = response.read(2000).decode(errors="replace")
            return response.status == 200
        except (OSError, http.client.HTTPException) as error:
            self.last_answer = str(error)
            return False
        finally:
            connection.close()
