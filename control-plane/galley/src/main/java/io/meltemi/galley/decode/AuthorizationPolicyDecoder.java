package io.meltemi.galley.decode;

import io.meltemi.model.config.AuthorizationPolicy;
import io.meltemi.model.config.AuthorizationPolicy.Action;
import io.meltemi.model.config.AuthorizationPolicy.Condition;
import io.meltemi.model.config.AuthorizationPolicy.Operation;
import io.meltemi.model.config.AuthorizationPolicy.Rule;
import io.meltemi.model.config.AuthorizationPolicy.Source;
import io.meltemi.model.config.AuthorizationPolicy.Values;
import io.meltemi.model.config.Metadata;
import java.util.Optional;

/// Reads an `AuthorizationPolicy`. Immutable.
final class AuthorizationPolicyDecoder {
    private AuthorizationPolicyDecoder() {}

    static AuthorizationPolicy decode(Metadata metadata, ObjectReader spec) {
        return new AuthorizationPolicy(
                metadata,
                SelectorDecoder.decode(spec),
                TargetRefsDecoder.decode(spec),
                spec.choice("action", Action.class).orElse(Action.ALLOW),
                spec.object("provider", provider -> provider.requiredString("name")),
                spec.list("rules", AuthorizationPolicyDecoder::rule),
                Boolean.parseBoolean(metadata.annotations().get(Annotations.DRY_RUN)));
    }

    private static Rule rule(ObjectReader rule) {
        return new Rule(
                rule.list("from", AuthorizationPolicyDecoder::from),
                rule.list("to", AuthorizationPolicyDecoder::to),
                rule.list("when", AuthorizationPolicyDecoder::condition));
    }

    private static Source from(ObjectReader from) {
        Optional<Source> source = from.object("source", AuthorizationPolicyDecoder::source);
        if (source.isEmpty()) {
            from.missing("source");
        }
        return source.orElse(Source.ANYONE);
    }

    private static Source source(ObjectReader source) {
        return new Source(
                values(source, "principals", "notPrincipals"),
                values(source, "requestPrincipals", "notRequestPrincipals"),
                values(source, "serviceAccounts", "notServiceAccounts"),
                values(source, "namespaces", "notNamespaces"),
                values(source, "trustDomains", "notTrustDomains"),
                values(source, "ipBlocks", "notIpBlocks"),
                values(source, "remoteIpBlocks", "notRemoteIpBlocks"));
    }

    private static Operation to(ObjectReader to) {
        Optional<Operation> operation =
                to.object("operation", AuthorizationPolicyDecoder::operation);
        if (operation.isEmpty()) {
            to.missing("operation");
        }
        return operation.orElse(Operation.ANYTHING);
    }

    private static Operation operation(ObjectReader operation) {
        return new Operation(
                values(operation, "hosts", "notHosts"),
                values(operation, "methods", "notMethods"),
                values(operation, "paths", "notPaths"),
                values(operation, "ports", "notPorts"));
    }

    private static Condition condition(ObjectReader when) {
        return new Condition(when.requiredString("key"), values(when, "values", "notValues"));
    }

    private static Values values(ObjectReader reader, String any, String none) {
        return new Values(reader.strings(any), reader.strings(none));
    }
}
