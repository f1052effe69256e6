"""What may be declared as an entry or a consumer."""

from dataclasses import dataclass

import pytest

from bihuan.journal.apps import consumers_wait_for_known_codes
from bihuan.journal.registry import RegistrationRefused, consumer, consumers, entry, entry_types, type_of
from bihuan.journal.tests.factories import ParcelLost


@dataclass(frozen=True, kw_only=True)
class TruckParked:
    truck_id: int


@dataclass
class TruckRepainted:
    truck_id: int


def test_an_entry_type_is_known_by_its_code_and_its_class():
    assert entry_types()["parcel.lost"].cls is ParcelLost
    assert type_of(ParcelLost(parcel_id=1)).subject_field == "parcel_id"


def test_an_entry_says_how_its_personal_data_is_erased():
    assert type_of(ParcelLost(parcel_id=1)).erasure == "ids only"


def test_a_code_declared_twice_is_refused():
    with pytest.raises(RegistrationRefused, match=r"parcel\.lost is registered twice"):
        entry("parcel.lost", subject="truck")(TruckParked)


@pytest.mark.parametrize("code", ["truck", "Truck.parked", "truck.", "truck parked", ""])
def test_a_code_that_is_not_dotted_lower_case_is_refused(code):
    with pytest.raises(RegistrationRefused, match="dotted"):
        entry(code, subject="truck")(TruckParked)


def test_a_class_that_can_change_is_refused():
    with pytest.raises(RegistrationRefused, match="frozen"):
        entry("truck.repainted", subject="truck")(TruckRepainted)


def test_a_subject_without_its_id_field_is_refused():
    with pytest.raises(RegistrationRefused, match="no field driver_id"):
        entry("truck.parked", subject="driver")(TruckParked)


def test_an_undeclared_class_cannot_be_written():
    with pytest.raises(RegistrationRefused, match="not registered"):
        type_of(TruckParked(truck_id=1))


def test_two_consumers_of_one_name_are_refused():
    consumer("counter")(lambda batch: None)
    with pytest.raises(RegistrationRefused, match="counter"):
        consumer("counter", "parcel.lost")(lambda batch: None)
    assert list(consumers()) == ["counter"]


def test_a_consumer_of_a_misspelt_code_fails_the_system_check():
    consumer("counter", "parcel.lost", "parcel.lsot")(lambda batch: None)
    (error,) = consumers_wait_for_known_codes()
    assert error.id == "journal.E001" and "parcel.lsot" in error.msg and "parcel.lost," not in error.msg
