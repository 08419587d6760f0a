"""Where each fact stands in the two JSON formats of the register."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Dialect:
    """Where each fact stands; ``{K}`` is the kind of the table as the dialect writes it."""

    protocol: str
    module: str
    nct_id: str
    title: str
    posted: str
    phases: str
    design_info: str
    allocation: str
    model: str
    conditions: str
    enrolment: str
    enrolment_type: str
    arms: str
    arm: tuple[str, str, str]
    interventions: str
    intervention: tuple[str, str, str, str]
    groups: str
    group: tuple[str, str, str]
    group_total: str
    total_kinds: tuple[tuple[str, str], ...]
    threshold: str
    time_frame: str
    description: str
    events: tuple[tuple[str, str], ...]
    event: tuple[str, str, str, str, str]
    count: tuple[str, str, str, str]


V2 = Dialect(
    protocol="protocolSection",
    module="resultsSection.adverseEventsModule",
    nct_id="identificationModule.nctId",
    title="identificationModule.briefTitle",
    posted="statusModule.resultsFirstPostDateStruct.date",
    phases="designModule.phases",
    design_info="designModule.designInfo",
    allocation="allocation",
    model="interventionModel",
    conditions="conditionsModule.conditions",
    enrolment="designModule.enrollmentInfo.count",
    enrolment_type="designModule.enrollmentInfo.type",
    arms="armsInterventionsModule.armGroups",
    arm=("label", "description", "interventionNames"),
    interventions="armsInterventionsModule.interventions",
    intervention=("type", "name", "otherNames", "armGroupLabels"),
    groups="eventGroups",
    group=("id", "title", "description"),
    group_total="{K}Num",
    total_kinds=(("serious", "serious"), ("other", "other"), ("deaths", "deaths")),
    threshold="frequencyThreshold",
    time_frame="timeFrame",
    description="description",
    events=(("serious", "seriousEvents"), ("other", "otherEvents")),
    event=("term", "organSystem", "sourceVocabulary", "notes", "stats"),
    count=("groupId", "numAffected", "numAtRisk", "numEvents"),
)
LEGACY = Dialect(
    protocol="ProtocolSection",
    module="ResultsSection.AdverseEventsModule",
    nct_id="IdentificationModule.NCTId",
    title="IdentificationModule.BriefTitle",
    posted="StatusModule.ResultsFirstPostDateStruct.ResultsFirstPostDate",
    phases="DesignModule.PhaseList.Phase",
    design_info="DesignModule.DesignInfo",
    allocation="DesignAllocation",
    model="DesignInterventionModel",
    conditions="ConditionsModule.ConditionList.Condition",
    enrolment="DesignModule.EnrollmentInfo.EnrollmentCount",
    enrolment_type="DesignModule.EnrollmentInfo.EnrollmentType",
    arms="ArmsInterventionsModule.ArmGroupList.ArmGroup",
    arm=("ArmGroupLabel", "ArmGroupDescription", "ArmGroupInterventionList.ArmGroupInterventionName"),
    interventions="ArmsInterventionsModule.InterventionList.Intervention",
    intervention=(
        "InterventionType",
        "InterventionName",
        "InterventionOtherNameList.InterventionOtherName",
        "InterventionArmGroupLabelList.InterventionArmGroupLabel",
    ),
    groups="EventGroupList.EventGroup",
    group=("EventGroupId", "EventGroupTitle", "EventGroupDescription"),
    group_total="EventGroup{K}Num",
    total_kinds=(("serious", "Serious"), ("other", "Other"), ("deaths", "Deaths")),
    threshold="EventsFrequencyThreshold",
    time_frame="EventsTimeFrame",
    description="EventsDescription",
    events=(("serious", "SeriousEventList.SeriousEvent"), ("other", "OtherEventList.OtherEvent")),
    event=(
        "{K}EventTerm",
        "{K}EventOrganSystem",
        "{K}EventSourceVocabulary",
        "{K}EventNotes",
        "{K}EventStatsList.{K}EventStats",
    ),
    count=(
        "{K}EventStatsGroupId",
        "{K}EventStatsNumAffected",
        "{K}EventStatsNumAtRisk",
        "{K}EventStatsNumEvents",
    ),
)


@dataclass(frozen=True)
class EventKeys:
    """The keys of one table's lines, as the dialect spells them for that table."""

    kind: str
    event: tuple[str, ...]
    count: tuple[str, ...]

    @classmethod
    def of(cls, dialect: Dialect, kind: str) -> "EventKeys":
        spelt = kind.capitalize()
        return cls(
            kind,
            tuple(key.format(K=spelt) for key in dialect.event),
            tuple(key.format(K=spelt) for key in dialect.count),
        )
