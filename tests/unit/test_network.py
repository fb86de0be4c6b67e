import socket
import urllib.request

import boto3
import pytest

from tests.conftest import NetworkBlocked


def test_a_unit_test_cannot_open_a_connection():
    with socket.socket() as open_socket, pytest.raises(NetworkBlocked):
        open_socket.connect(("127.0.0.1", 9))
    with pytest.raises(NetworkBlocked):
        urllib.request.urlopen("http://localhost:9")


def test_a_forgotten_fake_does_not_reach_aws():
    with pytest.raises(NetworkBlocked):
        boto3.client("dynamodb").list_tables()
