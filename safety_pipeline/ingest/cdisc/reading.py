"""What was read of a package, before it takes the shape of our tables."""

from dataclasses import dataclass, replace

from safety_pipeline.dose import Naming
from safety_pipeline.ingest.cdisc.adverse_events.events import Events, read_events
from safety_pipeline.ingest.cdisc.adverse_events.grading import Grading, grading_of
from safety_pipeline.ingest.cdisc.package.opened_package import OpenedPackage
from safety_pipeline.ingest.cdisc.package.other_form import Elsewhere, arms_elsewhere
from safety_pipeline.ingest.cdisc.package.refusals import Record
from safety_pipeline.ingest.cdisc.package.smallest_cell import smallest_cell
from safety_pipeline.ingest.cdisc.package.study import Study
from safety_pipeline.ingest.cdisc.package.trial import is_crossover, summarised_drug
from safety_pipeline.ingest.cdisc.package.words import note, of_role
from safety_pipeline.ingest.cdisc.people.arms import arm_ids, arm_rows, drugs_of
from safety_pipeline.ingest.cdisc.people.courses import Courses, courses
from safety_pipeline.ingest.cdisc.people.exposure import regimens, treatment_period
from safety_pipeline.ingest.cdisc.people.population import populations
from safety_pipeline.ingest.cdisc.people.sequences import by_treatment
from safety_pipeline.ingest.cdisc.people.subjects import Subjects, read_subjects
from safety_pipeline.tables.delivery import Delivery, RefusedError


@dataclass(frozen=True)
class Reading:
    """A package with its subjects, events and arms."""

    delivery: Delivery
    study: Study
    package: OpenedPackage
    place: Record
    subjects: Subjects
    courses: Courses
    events: Events
    grading: Grading
    drugs: list[Naming]
    arms: list[Record]
    arm_ids: dict[str, str]
    min_cell: int | None
    elsewhere: Elsewhere


def read_package(delivery: Delivery, study: Study, package: OpenedPackage) -> Reading:
    """The package counted: its subjects, events, arms and what was refused of them."""
    package = _by_treatment(package, study)
    subjects = read_subjects(package.subjects, treatment_period(package.exposure), study.arm_basis)
    study_id = _study_id(package, study)
    place: Record = {
        "delivery_id": delivery.delivery_id,
        "document_id": delivery.name,
        "trial_id": study.trial_id or study_id or delivery.name,
    }
    given = courses(subjects.frame, first_only=study.crossover is False)
    doses = regimens(package.exposure, given.frame)
    ids = _arm_ids(place, package, given)
    drugs = drugs_of(doses, study, ids, summarised_drug(package.trial))
    smallest = smallest_cell(study)
    elsewhere = arms_elsewhere(subjects, package.other_subjects)
    counted = populations(study, subjects, given, package.subjects.name, elsewhere, smallest)
    return Reading(
        delivery,
        study,
        package,
        place,
        subjects,
        given,
        read_events(package, subjects, given, study.attribution),
        grading_of(study, package.events, package.definitions),
        drugs,
        [
            {**arm, "analysis_population": counted[str(arm["label"])]}
            for arm in arm_rows(place, given, doses, ids, drugs, study)
        ],
        ids,
        smallest,
        elsewhere,
    )


def _by_treatment(package: OpenedPackage, study: Study) -> OpenedPackage:
    """The package of a crossover as collected, with the treatments that EX gives in place of the sequences of DM."""
    is_collected = package.subjects.name == of_role("subjects")[-1]
    if not is_collected or not is_crossover(study, package.trial):
        return package
    told = by_treatment(package.subjects, package.exposure)
    said = note("by_exposure" if told else "by_sequence")
    return replace(package, subjects=told or package.subjects, notes=(*package.notes, said))


def _arm_ids(place: Record, package: OpenedPackage, given: Courses) -> dict[str, str]:
    ids = arm_ids(str(place["trial_id"]), given.frame)
    if not ids:
        file = package.subjects.file
        raise RefusedError(
            "package_is_complete", f"{file}: no subject is in an arm; fill in the arm.", source_file=file
        )
    return ids


def _study_id(package: OpenedPackage, study: Study) -> str | None:
    """The one study of the package; several in one folder are refused, unless they are pooled on purpose."""
    names = studies_of(package)
    if len(names) > 1 and not study.pooled_studies:
        file = package.subjects.file
        raise RefusedError(
            "package_is_one_study",
            f"{file}: {len(names)} different values of STUDYID; land each study in its own folder, or write "
            "pooled_studies: true and a trial_id into study.yaml where they are pooled on purpose.",
            source_file=file,
        )
    return names[0] if names else None


def studies_of(package: OpenedPackage) -> list[str]:
    """The names of the studies that the subjects took part in."""
    return [str(name) for name in package.subjects.frame["study"].drop_nulls().unique().sort()]
