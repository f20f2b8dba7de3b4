"""The token request, without its secret: the only one with a form for a body (Ac1)."""

from psabridge.clients.acronis.call import Call

TOKEN = Call("sign in", "POST", "/api/2/idp/token", body=b"grant_type=client_credentials")
