"""The contract of the Broker port: every venue adapter and every fake passes all of it.

An adapter's test subclasses `BrokerContract` and gives a fixture `venue` (a fresh `VenueUnderTest`).
test_broker_contract_bites.py proves that planted bugs are found.
"""

from __future__ import annotations

from tests.contract.broker_contract_attached import AttachedCases
from tests.contract.broker_contract_bracketed import BracketedCases
from tests.contract.broker_contract_groups import GroupCases
from tests.contract.broker_contract_memory import MemoryCases
from tests.contract.broker_contract_orders import OrderCases


class BrokerContract(OrderCases, GroupCases, AttachedCases, BracketedCases, MemoryCases):
    """All cases."""
