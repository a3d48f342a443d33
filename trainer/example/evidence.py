"""Loads the evidence of the example by the functions that the pages use: files, publications, registers, hand-overs, a figure."""

import tempfile
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path

from flask_babel import force_locale
from sqlalchemy.orm import Session

from trainer.evidence.distribution.hand_overs import HandOverFacts, record_hand_over
from trainer.evidence.items import FileSource, add_file
from trainer.evidence.links import set_indicators
from trainer.evidence.models import EvidenceItem, TakenSource
from trainer.evidence.publications.entries import PublicationEntry, create_publication, enter_views
from trainer.evidence.publications.networks import parse_address
from trainer.evidence.publications.wording import name_network
from trainer.evidence.registers.entries import EntryFacts, add_register_entries
from trainer.evidence.registers.models import RegisterKind
from trainer.example.coverage import EXAMPLE_PUBLICATIONS, ExamplePublication
from trainer.example.files import CONTRACTS, EXAMPLE_FILES, HANDBOOK, RECEIPT, ExampleFile, build_screenshot
from trainer.example.people import CENTRE, CLINIC, HOSPITAL
from trainer.monitoring.entered_figures import FigureEntry, record_figure
from trainer.projects.models import Activity, Indicator, Project
from trainer.storage import Storage

SELECTION, SELECTION_END = "T3.A1", date(2025, 6, 29)
"""The organizer has moved the end of the selection: it is due within the week after the example was loaded."""
STAFF = (
    ("Ә. Н. Мұратбекова", "жоба менеджері"),
    ("С. Т. Иманғалиева", "бухгалтер"),
    ("Д. А. Қуанышев", "SMM-маман"),
)
NGO = "«Мүмкіндік-Ақтау» қоғамдық бірлестігі"
PARTNER = "«Қазақстан студенттерінің Альянсы» РСҚ"
BRANCHES = (
    "Абай", "Ақмола", "Ақтөбе", "Алматы", "Атырау", "Батыс Қазақстан", "Жамбыл", "Жетісу", "Қарағанды", "Қостанай",
    "Қызылорда", "Маңғыстау", "Павлодар", "Солтүстік Қазақстан", "Түркістан", "Ұлытау", "Шығыс Қазақстан",
)  # fmt: skip
CITIES = ("Астана", "Алматы", "Шымкент")
ENGAGED_SPECIALISTS = 3


@dataclass
class EvidenceLoader:
    """Adds evidence to the example project; days of the plan are moved by `shift`, and nothing lies after `now`."""

    session: Session
    storage: Storage
    project: Project
    shift: timedelta
    user_id: int | None
    now: datetime
    items: dict[str, EvidenceItem] = field(default_factory=dict)
    """What was added, by the name of the file."""

    @cached_property
    def activities(self) -> dict[str, Activity]:
        """Return the activities of the plan by code."""
        return {activity.code: activity for activity in self.project.activities}

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """Return the indicators of the plan by code, those of the social impact too."""
        own = [indicator for activity in self.project.activities for indicator in activity.indicators]
        return {indicator.code: indicator for indicator in (*own, *self.project.social_impact)}

    def move_day(self, day: date) -> date:
        """Return a day of the plan moved to the present."""
        return min(day + self.shift, self.now.astimezone(self.project.zone).date())

    def get_moment(self, day: date, number: int) -> datetime:
        """Return a time on a day of the plan, later for higher numbers."""
        moment = datetime.combine(day + self.shift, time(10, 5), self.project.zone) + timedelta(minutes=number)
        return min(moment, self.now)

    def list_indicator_ids(self, codes: tuple[str, ...]) -> list[int]:
        """Return the ids of indicators by code."""
        return [self.indicators[code].id for code in codes]

    def add_item(self, folder: Path, file: ExampleFile) -> EvidenceItem:
        """Upload a file and sort it."""
        taken_at = self.get_moment(file.day, len(self.items))
        uploaded_at = min(taken_at + timedelta(hours=8), self.now)
        path = folder / f"{len(self.items)}"  # never written again: the stored file is a second name of it
        path.write_bytes(file.draw(taken_at.astimezone(self.project.zone)))
        source = FileSource(self.project.id, file.name, user_id=self.user_id)
        item = add_file(self.session, self.storage, path, source, uploaded_at).item
        item.kind, item.caption, item.publicity = file.kind, file.caption, file.publicity
        item.activity_id = self.activities[file.activity].id if file.activity else None
        if file.is_dated_by_hand:
            item.taken_at, item.taken_source = taken_at, TakenSource.ENTERED
        set_indicators(self.session, item, self.list_indicator_ids(file.indicators), uploaded_at, self.user_id)
        self.items[file.name] = item
        return item

    def add_publication(self, folder: Path, number: int, example: ExamplePublication) -> None:
        """Add a publication with its screenshot and views."""
        address = parse_address(example.address)
        outlet = name_network(address.network, address.outlet)
        shot = build_screenshot(
            f"screenshot-{number:02}.png", number, example.day, outlet, example.title.kk, example.activity
        )
        entry = PublicationEntry(
            address,
            address.outlet,
            example.kind,
            example.title,
            self.move_day(example.day),
            self.activities[example.activity].id,
            self.list_indicator_ids(example.indicators),
            [self.add_item(folder, shot)] if example.has_screenshot else [],
        )
        added_at = self.get_moment(example.day, 300)
        publication = create_publication(self.session, self.project.id, entry, added_at, self.user_id)
        for day, views in example.views:
            counted_on, entered_at = self.move_day(day), self.get_moment(day, 400)
            enter_views(self.session, publication, views, counted_on, entered_at, self.user_id)

    def add_registers(self) -> None:
        """Enter staff, the NGO and the branches of the partner."""
        moment, proof = self.get_moment(CONTRACTS.day, 60), self.items[CONTRACTS.name]
        branches = [*(f"{name} облысы" for name in BRANCHES), *(f"{name} қаласы" for name in CITIES)]
        since = self.project.start
        registers = [([name], EntryFacts(RegisterKind.STAFF, role, since, None, proof.id)) for name, role in STAFF]
        registers.append(([NGO], EntryFacts(RegisterKind.NGO, "", since)))
        registers += [([PARTNER], EntryFacts(RegisterKind.PARTNER, branch, since)) for branch in branches]
        for names, facts in registers:
            add_register_entries(self.session, self.project, names, facts, self.user_id, moment)

    def add_hand_overs(self) -> None:
        """Enter to whom copies of the handbook were handed."""
        receipt = self.items[RECEIPT.name]
        for organisation, copies in ((HOSPITAL, 10), (CLINIC, 5), (CENTRE, 8)):
            facts = HandOverFacts("Кітапхана", organisation, copies, self.move_day(RECEIPT.day), receipt.id)
            moment = self.get_moment(RECEIPT.day, 200)
            record_hand_over(self.session, self.items[HANDBOOK.name], facts, self.user_id, moment)

    def add_figure(self) -> None:
        """Enter how many specialists were engaged, proved by the list of contracts."""
        indicator = self.indicators["SI4"]
        entry = FigureEntry(
            indicator.planned[0]["unit"],
            ENGAGED_SPECIALISTS,
            self.move_day(CONTRACTS.day),
            "Азаматтық-құқықтық шарттар бойынша",
        )
        proof = self.items[CONTRACTS.name]
        moment = self.get_moment(CONTRACTS.day, 90)
        record_figure(self.session, self.project, indicator, entry, proof.id, self.user_id, moment)


def load_example_evidence(
    session: Session, storage: Storage, project: Project, shift: timedelta, user_id: int | None, now: datetime
) -> None:
    """Add evidence to the example, so that every status occurs in its plan. The caller commits."""
    loader = EvidenceLoader(session, storage, project, shift, user_id, now)
    loader.activities[SELECTION].end = SELECTION_END + shift
    with tempfile.TemporaryDirectory() as folder, force_locale("kk"):
        for file in EXAMPLE_FILES:
            loader.add_item(Path(folder), file)
        for number, publication in enumerate(EXAMPLE_PUBLICATIONS, 1):
            loader.add_publication(Path(folder), number, publication)
    loader.add_registers()
    loader.add_hand_overs()
    loader.add_figure()
    session.flush()
