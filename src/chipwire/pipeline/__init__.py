"""The way of the news on one page: refresh → queue_digests → send_due. This folder decides nothing itself.

    refresh        feeds that are due are fetched (collect), read and tagged in worker processes (collect, enrich),
                   written with their stories in one transaction a batch (keep), and paced for next time (collect)
    queue_digests  readers whose hour has come get a letter, composed and rendered once (send), into the outbox (keep)
    send_due       letters that are due leave over SMTP (send) and every step of theirs is committed (keep)

Every step may run twice, at any moment, from any process that holds the lease: what is due is a column.
"""
