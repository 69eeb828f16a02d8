package io.meltemi.galley.decode;

import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.gatewayapi.GatewayApiKind;
import io.meltemi.galley.gatewayapi.GatewayApiObject;
import io.meltemi.galley.gatewayapi.GatewayApiObject.AllowedNamespaces;
import io.meltemi.galley.gatewayapi.GatewayApiObject.ClassObject;
import io.meltemi.galley.gatewayapi.GatewayApiObject.GatewayObject;
import io.meltemi.galley.gatewayapi.GatewayApiObject.GrantObject;
import io.meltemi.galley.gatewayapi.GatewayApiObject.ListenerSetObject;
import io.meltemi.galley.gatewayapi.GatewayApiObject.ParentRef;
import io.meltemi.galley.gatewayapi.ListenerTls.Frontend;
import io.meltemi.model.config.Metadata;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Reads documents of the Gateway API. Immutable.
final class GatewayApiDecoder {
    /// In the place of a parent that is not written.
    private static final ParentRef NOBODY =
            new ParentRef(
                    "",
                    "",
                    Optional.empty(),
                    "",
                    Optional.empty(),
                    OptionalInt.empty(),
                    FieldPath.SPEC);

    private GatewayApiDecoder() {}

    /// @return empty where there is no spec
    static Optional<GatewayApiObject> decode(
            GatewayApiKind kind, Metadata metadata, ObjectReader document) {
        // The controller writes it; it says nothing about what is wanted.
        document.ignore("status");
        Optional<GatewayApiObject> object =
                document.object("spec", spec -> object(kind, metadata, spec));
        if (object.isEmpty()) {
            document.missing("spec");
        }
        document.finish();
        return object;
    }

    private static GatewayApiObject object(
            GatewayApiKind kind, Metadata metadata, ObjectReader spec) {
        return switch (kind) {
            case GATEWAY_CLASS -> gatewayClass(metadata, spec);
            case GATEWAY -> gateway(metadata, spec);
            case LISTENER_SET -> listenerSet(metadata, spec);
            case HTTP_ROUTE, GRPC_ROUTE, TLS_ROUTE, TCP_ROUTE ->
                    ApiRouteDecoder.decode(kind, metadata, spec);
            case REFERENCE_GRANT -> grant(metadata, spec);
        };
    }

    private static ClassObject gatewayClass(Metadata metadata, ObjectReader spec) {
        // Istio reads no parameters of a class either; a description is a note.
        spec.ignore("description");
        spec.notYet("parametersRef");
        return new ClassObject(metadata, spec.requiredString("controllerName"));
    }

    private static GatewayObject gateway(Metadata metadata, ObjectReader spec) {
        // How a cluster is to start workloads: here `gateway` starts them.
        spec.notYet("infrastructure", "defaultScope");
        return new GatewayObject(
                metadata,
                spec.requiredString("gatewayClassName"),
                spec.list("addresses", GatewayApiDecoder::address),
                spec.list("listeners", ApiListenerDecoder::decode),
                spec.object("tls", ApiTlsDecoder::ofGateway).orElse(Frontend.NONE),
                spec.object("allowedListeners", GatewayApiDecoder::allowedListeners)
                        .orElse(new AllowedNamespaces.None()));
    }

    private static AllowedNamespaces allowedListeners(ObjectReader allowed) {
        return allowed.object("namespaces", n -> AllowedNamespacesDecoder.decode(n, "None"))
                .orElse(new AllowedNamespaces.None());
    }

    private static ListenerSetObject listenerSet(Metadata metadata, ObjectReader spec) {
        Optional<ParentRef> parent = spec.object("parentRef", ParentRefDecoder::ofListeners);
        if (parent.isEmpty()) {
            spec.missing("parentRef");
        }
        return new ListenerSetObject(
                metadata,
                parent.orElse(NOBODY),
                spec.list("listeners", ApiListenerDecoder::decode));
    }

    private static String address(ObjectReader address) {
        String type = address.string("type").orElse("IPAddress");
        if (!type.equals("Hostname")) {
            address.unsupported("type", "an address of type " + ObjectReader.shown(type));
        }
        return address.requiredString("value");
    }

    private static GrantObject grant(Metadata metadata, ObjectReader spec) {
        List<GrantObject.From> from = spec.list("from", GatewayApiDecoder::from);
        List<GrantObject.To> to = spec.list("to", GatewayApiDecoder::to);
        if (!spec.has("from")) {
            spec.missing("from");
        }
        if (!spec.has("to")) {
            spec.missing("to");
        }
        return new GrantObject(metadata, from, to);
    }

    private static GrantObject.From from(ObjectReader from) {
        return new GrantObject.From(
                from.string("group").orElse(""),
                from.requiredString("kind"),
                from.requiredString("namespace"));
    }

    private static GrantObject.To to(ObjectReader to) {
        return new GrantObject.To(
                to.string("group").orElse(""),
                to.requiredString("kind"),
                to.string("name").filter(n -> !n.isEmpty()));
    }
}
