-- Few rows are ever pending, and each write paid for the index twice: when its row came and when it went.
drop index anchor_pending_chain;
