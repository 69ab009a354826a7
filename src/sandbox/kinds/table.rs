//! The table itself.

use super::{ALL_SORTS, Bounds, Filtering, Kind, Listing, Making, Removing, Shape, Sorting, Source, Words};
use axum::http::StatusCode;

const NAME_FIRST: [&str; 6] = [
    "name",
    "-name",
    "created_at",
    "-created_at",
    "updated_at",
    "-updated_at",
];
const MISSING: (StatusCode, &str) = (StatusCode::NOT_FOUND, "Workspace '{w}' not found");
const NOT_THERE: (StatusCode, &str) = (
    StatusCode::UNPROCESSABLE_ENTITY,
    "Workspace '{w}' does not exist. Please create the workspace first.",
);
const NAME: (&str, Source) = ("name", Source::Name);
const ID: (&str, Source) = ("id", Source::Id);
const WORKSPACE: (&str, Source) = ("workspace", Source::Workspace);
const PROJECT: (&str, Source) = ("project", Source::Project);
const CREATED: (&str, Source) = ("created_at", Source::CreatedAt);
const UPDATED: (&str, Source) = ("updated_at", Source::UpdatedAt);
const DESCRIPTION: (&str, Source) = ("description", Source::Given("null"));

const fn failed(words: &'static str) -> (StatusCode, &'static str) {
    (StatusCode::INTERNAL_SERVER_ERROR, words)
}

const fn nullable(name: &'static str) -> (&'static str, Source) {
    (name, Source::Given("null"))
}

/// All kinds, in the order in which a refusal to delete a workspace is easiest to read.
pub(in crate::sandbox) static KINDS: &[Kind] = &[
    FILESET,
    MODEL,
    ADAPTER,
    PROVIDER,
    DEPLOYMENT,
    DEPLOYMENT_CONFIG,
    PROMPT,
    SECRET,
    JOB,
];

const FILESET: Kind = Kind {
    service: "files",
    plural: "filesets",
    entity_type: "fileset",
    noun: "fileset",
    is_versioned: false,
    listing: Listing {
        page_size: 10,
        bounds: Bounds::Refused(100),
        sorting: Sorting::OneOf("-created_at", &ALL_SORTS),
        filtering: Filtering::Silent(&["description", "purpose", "storage_type"]),
        n_empty_pages: 0,
    },
    words: Words {
        taken: "Fileset '{w}/{n}' already exists",
        unknown: "Fileset '{n}' not found in workspace '{w}'",
        unknown_workspace: None,
        list_of_unknown: MISSING,
        made_in_unknown: NOT_THERE,
    },
    required: &[("name", Shape::Name)],
    wire: &[
        ID,
        NAME,
        WORKSPACE,
        ("description", Source::Given("\"\"")),
        ("purpose", Source::Given("\"generic\"")),
        ("storage", Source::Storage),
        (
            "metadata",
            Source::Given(r#"{"dataset":null,"model":null,"environment":null}"#),
        ),
        ("custom_fields", Source::Given("{}")),
        ("project", Source::Forgotten),
        CREATED,
        UPDATED,
    ],
    making: Making::Stored(StatusCode::OK),
    removing: Removing::Fileset,
};

const MODEL: Kind = Kind {
    service: "models",
    plural: "models",
    entity_type: "model",
    noun: "model",
    is_versioned: false,
    listing: Listing {
        page_size: 100,
        bounds: Bounds::Failing("Failed to list model entities"),
        sorting: Sorting::OneOf("created_at", &NAME_FIRST),
        filtering: Filtering::Silent(&[
            "adapters",
            "base_model",
            "description",
            "family",
            "fileset",
            "finetuning_type",
            "lora_enabled",
            "model_providers",
            "prompt",
        ]),
        n_empty_pages: 0,
    },
    words: Words {
        taken: "Model with workspace '{w}' and name '{n}' already exists",
        unknown: "Model with workspace '{w}' and name '{n}' not found",
        unknown_workspace: None,
        list_of_unknown: failed("Failed to list model entities"),
        made_in_unknown: NOT_THERE,
    },
    required: &[("name", Shape::Name)],
    wire: &[
        ID,
        NAME,
        WORKSPACE,
        PROJECT,
        CREATED,
        UPDATED,
        DESCRIPTION,
        nullable("spec"),
        nullable("finetuning_type"),
        nullable("fileset"),
        ("trust_remote_code", Source::Given("false")),
        nullable("base_model"),
        nullable("api_endpoint"),
        nullable("backend_format"),
        ("adapters", Source::Adapters),
        nullable("prompt"),
        ("custom_fields", Source::Given("{}")),
        nullable("ownership"),
        ("model_providers", Source::Kept("[]")),
    ],
    making: Making::Model,
    removing: Removing::Model,
};

const ADAPTER: Kind = Kind {
    service: "models",
    plural: "adapters",
    entity_type: "adapter",
    noun: "adapter",
    is_versioned: false,
    listing: Listing {
        page_size: 100,
        bounds: Bounds::SizeRefused("Failed to list adapter entities"),
        sorting: Sorting::Anything,
        filtering: Filtering::Echoed(&["description", "enabled", "fileset", "finetuning_type", "model"]),
        n_empty_pages: 0,
    },
    words: Words {
        taken: "Adapter with name '{n}' already exists in workspace '{w}'",
        unknown: "Adapter '{n}' not found in workspace '{w}'",
        unknown_workspace: Some(MISSING),
        list_of_unknown: failed("Failed to list adapter entities"),
        made_in_unknown: NOT_THERE,
    },
    required: &[
        ("name", Shape::Name),
        ("fileset", Shape::Text),
        ("finetuning_type", Shape::OneOf(FINETUNING)),
        ("model", Shape::Text),
    ],
    // Neither an id nor a project, although its row has an id.
    wire: &[
        NAME,
        WORKSPACE,
        DESCRIPTION,
        nullable("fileset"),
        nullable("finetuning_type"),
        ("enabled", Source::Given("true")),
        nullable("lora_config"),
        nullable("model"),
        CREATED,
        UPDATED,
    ],
    making: Making::Adapter,
    removing: Removing::Plain,
};

const FINETUNING: &[&str] = &[
    "lora_merged",
    "all_weights",
    "last_layer",
    "top_layers",
    "gradual_unfreezing",
    "bias_only",
    "attention_only",
    "lora",
    "qlora",
    "adalora",
    "dora",
    "lora_plus",
    "prompt_tuning",
    "prefix_tuning",
    "p_tuning",
    "p_tuning_v2",
    "soft_prompt",
    "ppo",
    "dpo",
    "cdpo",
    "ipo",
    "orpo",
    "kto",
    "rrhf",
    "grpo",
];

const PROVIDER: Kind = Kind {
    service: "models",
    plural: "providers",
    entity_type: "model_provider",
    noun: "provider",
    is_versioned: false,
    listing: Listing {
        page_size: 100,
        bounds: Bounds::FailingWithReason,
        sorting: Sorting::OneOf(
            "created_at",
            &[
                "name",
                "-name",
                "created_at",
                "-created_at",
                "updated_at",
                "-updated_at",
                "status",
                "-status",
            ],
        ),
        filtering: Filtering::Silent(&["description", "host_url", "model_deployment_id", "status"]),
        n_empty_pages: 0,
    },
    words: Words {
        taken: "Model provider with workspace '{w}' and name '{n}' already exists",
        unknown: "Model provider not found: {w}/{n}",
        unknown_workspace: None,
        list_of_unknown: failed("HTTP 404: Workspace '{w}' not found"),
        made_in_unknown: NOT_THERE,
    },
    required: &[("name", Shape::Name), ("host_url", Shape::Text)],
    wire: &[
        ID,
        NAME,
        WORKSPACE,
        PROJECT,
        CREATED,
        UPDATED,
        DESCRIPTION,
        nullable("host_url"),
        nullable("api_key_secret_name"),
        ("served_models", Source::Kept("[]")),
        nullable("enabled_models"),
        ("status", Source::Kept("\"CREATED\"")),
        ("status_message", Source::Kept("\"Model provider created\"")),
        nullable("default_extra_body"),
        nullable("default_extra_headers"),
        nullable("required_extra_body"),
        nullable("required_extra_headers"),
        nullable("model_deployment_id"),
        nullable("auth_context"),
        nullable("auth_header_format"),
    ],
    making: Making::Stored(StatusCode::CREATED),
    removing: Removing::Plain,
};

const DEPLOYMENT: Kind = Kind {
    service: "models",
    plural: "deployments",
    entity_type: "model_deployment",
    noun: "deployment",
    is_versioned: true,
    listing: Listing {
        page_size: 100,
        bounds: Bounds::Unbounded("Failed to list deployments"),
        sorting: Sorting::Anything,
        filtering: Filtering::Silent(&["config", "model_provider_id", "status", "status_message"]),
        n_empty_pages: 1,
    },
    words: Words {
        taken: "Deployment with workspace '{w}' and name '{n}' already exists",
        unknown: "Deployment '{w}/{n}' not found",
        unknown_workspace: Some(failed("Failed to get deployment")),
        list_of_unknown: failed("Failed to list deployments"),
        made_in_unknown: NOT_THERE,
    },
    required: &[("name", Shape::Name), ("config", Shape::Text)],
    wire: &[
        ID,
        NAME,
        WORKSPACE,
        PROJECT,
        CREATED,
        UPDATED,
        ("entity_version", Source::Kept("1")),
        nullable("config"),
        ("config_version", Source::Kept("1")),
        ("status", Source::Kept("\"CREATED\"")),
        ("status_message", Source::Kept("\"\"")),
        ("status_history", Source::Kept("[]")),
        nullable("model_provider_id"),
        nullable("auth_context"),
    ],
    making: Making::NoRuntime,
    removing: Removing::NoRuntime,
};

const DEPLOYMENT_CONFIG: Kind = Kind {
    service: "models",
    plural: "deployment-configs",
    entity_type: "model_deployment_config",
    noun: "deployment config",
    is_versioned: true,
    listing: Listing {
        page_size: 100,
        bounds: Bounds::Unbounded("Failed to list deployment configs"),
        sorting: Sorting::Anything,
        filtering: Filtering::Silent(&["description", "model_entity_id"]),
        n_empty_pages: 1,
    },
    words: Words {
        taken: "Deployment config with workspace '{w}' and name '{n}' already exists",
        unknown: "Deployment config '{w}/{n}' not found",
        unknown_workspace: Some(failed("Failed to get deployment config")),
        list_of_unknown: failed("Failed to list deployment configs"),
        made_in_unknown: failed("Failed to create deployment config"),
    },
    required: &[
        ("name", Shape::Name),
        ("engine", Shape::OneOf(&["nim", "vllm", "generic"])),
        ("model_spec", Shape::Object),
        ("executor_config", Shape::ObjectWith("gpu")),
    ],
    wire: &[
        ID,
        NAME,
        WORKSPACE,
        PROJECT,
        CREATED,
        UPDATED,
        ("entity_version", Source::Kept("1")),
        DESCRIPTION,
        nullable("engine"),
        (
            "model_spec",
            Source::Given(
                r#"{"model_type":null,"model_namespace":null,"model_name":null,"model_revision":null,
                    "chat_template":null,"tool_call_config":null,"lora_enabled":false}"#,
            ),
        ),
        (
            "executor_config",
            Source::Given(
                r#"{"gpu":null,"disk_size":"50Gi","image_name":null,"image_tag":null,"health_check_path":null,
                    "run_as_user":null,"run_as_group":null,"additional_envs":null,"additional_args":[],
                    "k8s_nim_operator_config":null,"override_config":null}"#,
            ),
        ),
        nullable("model_entity_id"),
    ],
    making: Making::Versioned,
    removing: Removing::NoRuntime,
};

const PROMPT: Kind = Kind {
    service: "models",
    plural: "prompts",
    entity_type: "prompt",
    noun: "prompt",
    is_versioned: false,
    listing: Listing {
        page_size: 100,
        bounds: Bounds::Refused(1000),
        sorting: Sorting::OneOf("created_at", &NAME_FIRST),
        filtering: Filtering::Silent(&["description"]),
        n_empty_pages: 0,
    },
    words: Words {
        taken: "Prompt with workspace '{w}' and name '{n}' already exists",
        unknown: "Prompt not found: {w}/{n}",
        unknown_workspace: None,
        list_of_unknown: failed("Internal server error"),
        made_in_unknown: NOT_THERE,
    },
    required: &[("name", Shape::Name)],
    wire: &[
        ID,
        NAME,
        WORKSPACE,
        PROJECT,
        CREATED,
        UPDATED,
        DESCRIPTION,
        ("messages", Source::Given("[]")),
        ("input_variables", Source::Given("[]")),
        nullable("tools"),
        nullable("tool_choice"),
        nullable("response_format"),
        nullable("inference_params"),
        ("tags", Source::Given("[]")),
    ],
    making: Making::Stored(StatusCode::CREATED),
    removing: Removing::Plain,
};

const SECRET: Kind = Kind {
    service: "secrets",
    plural: "secrets",
    entity_type: "platform_secret",
    noun: "secret",
    is_versioned: false,
    listing: Listing {
        page_size: 10,
        bounds: Bounds::Relayed,
        sorting: Sorting::Fixed,
        filtering: Filtering::Ignored,
        n_empty_pages: 0,
    },
    words: Words {
        taken: "Secret {w}/{n} already exists",
        unknown: "Secret {w}/{n} not found",
        unknown_workspace: None,
        list_of_unknown: MISSING,
        made_in_unknown: NOT_THERE,
    },
    required: &[("name", Shape::Name), ("value", Shape::Text)],
    // Neither an id nor a project, and never the value.
    wire: &[NAME, WORKSPACE, DESCRIPTION, CREATED, UPDATED],
    making: Making::NoEncryption,
    removing: Removing::Plain,
};

const JOB: Kind = Kind {
    service: "jobs",
    plural: "jobs",
    entity_type: "platform_job",
    noun: "job",
    is_versioned: false,
    listing: Listing {
        page_size: 10,
        bounds: Bounds::Relayed,
        sorting: Sorting::OneOf(
            "-created_at",
            &[
                "created_at",
                "-created_at",
                "updated_at",
                "-updated_at",
                "source",
                "-source",
            ],
        ),
        filtering: Filtering::Echoed(&["source", "spec", "status"]),
        n_empty_pages: 1,
    },
    words: Words {
        taken: "Job '{n}' already exists in workspace '{w}'. Choose a different job name or delete the existing job \
                before creating a new one.",
        unknown: "Job '{n}' not found in workspace '{w}'.",
        unknown_workspace: None,
        list_of_unknown: MISSING,
        made_in_unknown: NOT_THERE,
    },
    required: &[
        ("name", Shape::NameOrNone),
        ("spec", Shape::Object),
        ("platform_spec", Shape::Steps),
        ("source", Shape::Text),
    ],
    wire: &[
        ID,
        ("attempt_id", Source::Kept("null")),
        NAME,
        WORKSPACE,
        PROJECT,
        DESCRIPTION,
        nullable("source"),
        ("spec", Source::Given("{}")),
        ("platform_spec", Source::Given(r#"{"steps":[],"secrets":null}"#)),
        ("fileset", Source::Kept("null")),
        ("output_location", Source::Kept("null")),
        ("status", Source::Kept("\"created\"")),
        ("status_details", Source::Kept("{}")),
        ("error_details", Source::Kept("null")),
        CREATED,
        UPDATED,
        nullable("ownership"),
        nullable("custom_fields"),
    ],
    making: Making::Job,
    removing: Removing::Job,
};
