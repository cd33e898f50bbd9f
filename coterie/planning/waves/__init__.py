"""Who moves when: pilots first, then waves, within training places, with the old skill groups still served."""
