drop function tasker.own_transaction_v1(text);
