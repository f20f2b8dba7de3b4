"""Every request the bridge can send to Acronis, built without sending anything."""
