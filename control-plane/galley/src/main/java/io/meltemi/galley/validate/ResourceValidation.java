package io.meltemi.galley.validate;

import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.AuthorizationPolicy;
import io.meltemi.model.config.ConfigMap;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.DestinationRule;
import io.meltemi.model.config.EnvoyFilter;
import io.meltemi.model.config.Gateway;
import io.meltemi.model.config.PeerAuthentication;
import io.meltemi.model.config.RateLimit;
import io.meltemi.model.config.RequestAuthentication;
import io.meltemi.model.config.Secret;
import io.meltemi.model.config.ServiceEntry;
import io.meltemi.model.config.Sidecar;
import io.meltemi.model.config.Telemetry;
import io.meltemi.model.config.VirtualService;
import io.meltemi.model.config.WorkloadEntry;
import io.meltemi.model.config.WorkloadGroup;

/// One resource at a time: everything that can be said without looking at the others. Immutable.
public final class ResourceValidation {
    private ResourceValidation() {}

    public static void validate(ConfigResource resource, Findings findings) {
        NameRules.metadata(resource.metadata(), findings);
        switch (resource) {
            case VirtualService r -> VirtualServiceValidation.validate(r, findings);
            case DestinationRule r -> DestinationRuleValidation.validate(r, findings);
            case Gateway r -> GatewayValidation.validate(r, findings);
            case ServiceEntry r -> ServiceEntryValidation.validate(r, findings);
            case WorkloadGroup r -> WorkloadGroupValidation.validate(r, findings);
            case WorkloadEntry r ->
                    WorkloadSpecRules.validate(r.spec(), true, FieldPath.SPEC, findings);
            case Sidecar r -> SidecarValidation.validate(r, findings);
            case EnvoyFilter r -> EnvoyFilterValidation.validate(r, findings);
            case PeerAuthentication r -> PeerAuthenticationValidation.validate(r, findings);
            case AuthorizationPolicy r -> AuthorizationPolicyValidation.validate(r, findings);
            case RequestAuthentication r -> RequestAuthenticationValidation.validate(r, findings);
            case Telemetry r -> TelemetryValidation.validate(r, findings);
            case RateLimit r -> RateLimitValidation.validate(r, findings);
            case Secret r -> SecretValidation.validate(r, findings);
            case ConfigMap r -> SecretValidation.validate(r, findings);
        }
    }
}
