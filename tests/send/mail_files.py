"""The files that make Postfix and Dovecot a mail system of one folder, on ports of its own."""

import grp
import os
import pwd
import subprocess
from pathlib import Path

DOMAIN = "chipwire.test"
PASSWORD = "test-password"
BOXES = ["alice", "bob", "bounces", "receipts", "latefull"]
REFUSALS = {
    "gone": "550 5.1.1 no such user here",
    "full": "452 4.2.2 mailbox full, try later",
    "grey": "450 4.7.1 greylisted",
    "policy": "550 5.7.1 we take no mail from you",
}
MAIN = """
compatibility_level = 3.6
queue_directory = {top}/spool
data_directory = {top}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
meta_directory = /etc/postfix
mail_owner = postfix
setgid_group = postdrop
maillog_file = {top}/maillog
maillog_file_prefixes = {top}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.chipwire.test
mydestination =
mynetworks = 127.0.0.0/8
default_transport = error:5.1.2 nothing leaves this machine
relayhost =
disable_dns_lookups = yes
smtp_host_lookup = native
recipient_delimiter = +
virtual_mailbox_domains = chipwire.test
virtual_mailbox_base = {top}/mail
virtual_mailbox_maps = texthash:{top}/etc/boxes
virtual_alias_maps = regexp:{top}/etc/crowd
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 50
alias_maps =
local_recipient_maps =
smtpd_reject_unlisted_recipient = no
smtpd_recipient_restrictions = check_recipient_access texthash:{top}/etc/refusals, permit_mynetworks, reject
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_end_of_data_restrictions = check_recipient_access texthash:{top}/etc/late
smtpd_client_connection_rate_limit = 0
smtpd_error_sleep_time = 0
smtpd_hard_error_limit = 1000
message_size_limit = 2000000
"""
MASTER = """
127.0.0.1:{smtp} inet n - n - - smtpd
127.0.0.1:{submission} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt -o smtpd_tls_auth_only=yes {tls}
  -o smtpd_sasl_auth_enable=yes -o smtpd_sasl_type=dovecot -o smtpd_sasl_path=inet:127.0.0.1:{sasl}
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
127.0.0.1:{smtps} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes {tls}
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
DOVECOT = """
protocols = imap
base_dir = {top}/run
state_dir = {top}/run
log_path = {top}/dovecot.log
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
first_valid_uid = 50
mail_location = maildir:{top}/mail/%n
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={top}/mail/%n
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  inet_listener imap {{
    address = 127.0.0.1
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service auth {{
  inet_listener {{
    address = 127.0.0.1
    port = {sasl}
  }}
}}
"""


def configure(top: Path, ports: dict[str, int]) -> None:
    """Writes what both need into the folder; `ports` by the names that the files give them."""
    for folder in ("etc", "spool", "data", "mail", "run"):
        (top / folder).mkdir()
    top.chmod(0o755)
    uid, gid = pwd.getpwnam("postfix").pw_uid, grp.getgrnam("postfix").gr_gid
    os.chown(top / "data", uid, -1)
    os.chown(top / "mail", uid, gid)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=mx.chipwire.test",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", top / "tls.key", "-out", top / "tls.crt"],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    tls = f"-o smtpd_tls_cert_file={top}/tls.crt -o smtpd_tls_key_file={top}/tls.key"
    values = {"top": top, "uid": uid, "gid": gid, "tls": tls, "password": PASSWORD, **ports}
    write = {
        "etc/main.cf": MAIN.format(**values),
        "etc/master.cf": MASTER.format(**values),
        "dovecot.conf": DOVECOT.format(**values),
        "etc/boxes": "".join(f"{user}@{DOMAIN} {user}/\n" for user in BOXES),
        "etc/crowd": f"/^crowd[0-9]+@{DOMAIN}$/ alice@{DOMAIN}\n",
        "etc/refusals": "".join(f"{user}@{DOMAIN} {reply}\n" for user, reply in REFUSALS.items()),
        "etc/late": f"latefull@{DOMAIN} 451 4.3.0 failed after DATA\n",
    }
    for name, text in write.items():
        (top / name).write_text(text, encoding="ascii")
