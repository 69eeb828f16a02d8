package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.galley.gatewayapi.GatewayApiKind;
import io.meltemi.galley.source.ClusterObject;
import io.meltemi.galley.source.DocumentSet.Text;
import io.meltemi.galley.source.ResourceName;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.Kind;
import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.Sourced;
import io.meltemi.model.config.WorkloadEntry;
import io.meltemi.model.diagnostic.Diagnostic;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Text to resources: what every document has (apiVersion, kind, metadata), then its kind's
/// decoder. Immutable.
public final class DocumentDecoder {
    private DocumentDecoder() {}

    /// The documents of one text; syntax errors end it.
    ///
    /// @param syntax what kept (the rest of) the text from being read at all
    public record Decoded(List<DecodedDocument> documents, Optional<Diagnostic> syntax) {
        public Decoded {
            documents = List.copyOf(documents);
        }
    }

    /// @param most documents that are read at most
    public static Decoded decode(Text text, int most) {
        YamlText.Parsed parsed = YamlText.parse(text.name(), text.content(), most);
        return new Decoded(
                items(text.name(), parsed).stream()
                        .map(node -> document(node, new NodePlaces(text.name(), node)))
                        .toList(),
                parsed.error());
    }

    /// An object, as the text that would make it is decoded.
    public static DecodedDocument decode(ClusterObject object) {
        return document(
                MeshConfigMapDecoder.opened("", ObjectNodes.of(object.fields())),
                new ObjectPlaces(object));
    }

    /// The places of a text that was decoded before, in the order of its documents.
    static List<NodePlaces> places(Text text) {
        return items(text.name(), YamlText.parse(text.name(), text.content(), Integer.MAX_VALUE))
                .stream()
                .map(node -> new NodePlaces(text.name(), node))
                .toList();
    }

    private static List<Node> items(String source, YamlText.Parsed parsed) {
        return parsed.documents().stream()
                // `---` twice in a row, or comments alone.
                .filter(node -> !node.getTag().equals(Tag.NULL))
                .flatMap(node -> KubernetesList.items(node).stream())
                .map(node -> MeshConfigMapDecoder.opened(source, node))
                .toList();
    }

    private static DecodedDocument document(Node node, Findings.Places places) {
        Findings findings = new Findings(places);
        if (!(node instanceof MappingNode mapping)) {
            findings.unread(
                    Code.WRONG_TYPE,
                    FieldPath.ROOT,
                    "expected an object with apiVersion, kind, metadata and spec");
            return DecodedDocument.nothing(findings);
        }
        ObjectReader reader = new ObjectReader(mapping, FieldPath.ROOT, findings);
        String apiVersion = reader.requiredString("apiVersion");
        String kindName = reader.requiredString("kind");
        if (apiVersion.isEmpty() || kindName.isEmpty()) {
            return DecodedDocument.nothing(findings);
        }
        Optional<KubernetesKind> kubernetes = KubernetesKind.of(apiVersion, kindName);
        if (kubernetes.isPresent()) {
            Metadata metadata = metadata(reader);
            boolean isOfAuthorities =
                    kubernetes.get() == KubernetesKind.CONFIG_MAP
                            && !MeshConfigMapDecoder.isMeant(metadata);
            return isOfAuthorities
                    ? of(apiVersion, resource(Kind.CONFIG_MAP, metadata, reader), findings)
                    : new DecodedDocument(
                            name(apiVersion, kindName, metadata),
                            Optional.empty(),
                            KubernetesDecoder.decode(kubernetes.get(), metadata, reader),
                            Optional.empty(),
                            findings);
        }
        Optional<GatewayApiKind> gatewayApi = GatewayApiKind.of(apiVersion, kindName);
        if (gatewayApi.isPresent()) {
            Metadata metadata = metadata(reader);
            return new DecodedDocument(
                    name(apiVersion, kindName, metadata),
                    Optional.empty(),
                    Optional.empty(),
                    GatewayApiDecoder.decode(gatewayApi.get(), metadata, reader),
                    findings);
        }
        return KnownKinds.find(apiVersion, kindName, findings)
                .map(kind -> of(apiVersion, resource(kind, metadata(reader), reader), findings))
                .orElseGet(() -> DecodedDocument.nothing(findings));
    }

    private static Optional<ResourceName> name(
            String apiVersion, String kindName, Metadata metadata) {
        return Optional.of(
                        ResourceName.of(
                                apiVersion, kindName, metadata.namespace(), metadata.name()))
                .filter(name -> !name.name().isEmpty());
    }

    private static DecodedDocument of(
            String apiVersion, ConfigResource resource, Findings findings) {
        return new DecodedDocument(
                name(apiVersion, resource.key().kind().kindName(), resource.metadata()),
                Optional.of(new Sourced<>(resource, findings.at(FieldPath.ROOT))),
                Optional.empty(),
                Optional.empty(),
                findings);
    }

    private static Metadata metadata(ObjectReader document) {
        String kind = document.string("kind").orElse("");
        Optional<Metadata> read = document.object("metadata", m -> names(kind, m));
        if (read.isEmpty()) {
            document.missing("metadata");
        }
        return read.orElse(new Metadata("", ResourceName.DEFAULT_NAMESPACE, Map.of()));
    }

    private static ConfigResource resource(Kind kind, Metadata metadata, ObjectReader reader) {
        // The cluster writes it; it says nothing about what is wanted.
        reader.ignore("status");
        ConfigResource resource =
                switch (kind) {
                    case SECRET -> SecretDecoder.secret(metadata, reader);
                    case CONFIG_MAP -> SecretDecoder.configMap(metadata, reader);
                    default ->
                            reader.object("spec", spec -> spec(kind, metadata, spec))
                                    .orElseGet(() -> withoutSpec(kind, metadata, reader));
                };
        reader.finish();
        return resource;
    }

    /// Istio: `spec: {}` may be left out; it selects everything and says nothing.
    private static ConfigResource withoutSpec(Kind kind, Metadata metadata, ObjectReader document) {
        return spec(
                kind,
                metadata,
                new ObjectReader(ObjectReader.NOTHING, FieldPath.SPEC, document.findings()));
    }

    private static ConfigResource spec(Kind kind, Metadata metadata, ObjectReader spec) {
        return switch (kind) {
            case VIRTUAL_SERVICE -> VirtualServiceDecoder.decode(metadata, spec);
            case DESTINATION_RULE -> DestinationRuleDecoder.decode(metadata, spec);
            case GATEWAY -> GatewayDecoder.decode(metadata, spec);
            case SERVICE_ENTRY -> ServiceEntryDecoder.decode(metadata, spec);
            case WORKLOAD_GROUP -> WorkloadGroupDecoder.decode(metadata, spec);
            case WORKLOAD_ENTRY -> new WorkloadEntry(metadata, WorkloadSpecDecoder.decode(spec));
            case SIDECAR -> SidecarDecoder.decode(metadata, spec);
            case ENVOY_FILTER -> EnvoyFilterDecoder.decode(metadata, spec);
            case PEER_AUTHENTICATION -> PeerAuthenticationDecoder.decode(metadata, spec);
            case AUTHORIZATION_POLICY -> AuthorizationPolicyDecoder.decode(metadata, spec);
            case REQUEST_AUTHENTICATION -> RequestAuthenticationDecoder.decode(metadata, spec);
            case TELEMETRY -> TelemetryDecoder.decode(metadata, spec);
            case RATE_LIMIT -> RateLimitDecoder.decode(metadata, spec);
            case SECRET, CONFIG_MAP -> throw new IllegalStateException(kind + " has no spec");
        };
    }

    private static Metadata names(String kind, ObjectReader reader) {
        reader.ignore(
                "deletionGracePeriodSeconds",
                "deletionTimestamp",
                "finalizers",
                "generation",
                "managedFields",
                "ownerReferences",
                "resourceVersion",
                "selfLink",
                "uid");
        reader.notYet("generateName");
        Optional<String> written = reader.string("namespace").filter(n -> !n.isEmpty());
        String name = reader.requiredString("name");
        String namespace = written.orElse(ResourceName.DEFAULT_NAMESPACE);
        reader.findings().about(kind, name, namespace);
        return new Metadata(
                name,
                namespace,
                reader.stringMap("labels"),
                Annotations.decode(reader),
                reader.instant("creationTimestamp"));
    }
}
