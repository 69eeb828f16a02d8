package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.kubernetes.KubernetesObject;
import io.meltemi.galley.kubernetes.KubernetesObject.MeshConfigObject;
import io.meltemi.model.config.MeshConfig;
import io.meltemi.model.config.Metadata;
import io.meltemi.model.diagnostic.Diagnostic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Reads the ConfigMap `istio`, in which what holds for the whole mesh stands as a text of YAML.
/// Immutable.
final class MeshConfigMapDecoder {
    private static final String NAME = "istio";
    private static final String MESH = "mesh";
    private static final String NETWORKS = "meshNetworks";

    private MeshConfigMapDecoder() {}

    /// The document with the YAML inside its texts read too, so that every field has its place in
    /// the file; any other document as it is.
    static Node opened(String source, Node document) {
        boolean isIt =
                text(document, "apiVersion").equals("v1")
                        && text(document, "kind").equals("ConfigMap")
                        && text(field(document, "metadata").orElse(document), "name").equals(NAME);
        return isIt ? with(document, "data", data -> data(source, data)) : document;
    }

    private static Node data(String source, Node data) {
        return with(
                with(data, MESH, text -> inside(source, text)),
                NETWORKS,
                text -> inside(source, text));
    }

    private interface Change {
        Node of(Node value);
    }

    private static Node with(Node node, String name, Change change) {
        if (!(node instanceof MappingNode mapping)) {
            return node;
        }
        List<NodeTuple> entries = new ArrayList<>();
        for (NodeTuple entry : mapping.getValue()) {
            entries.add(
                    isKey(entry, name)
                            ? new NodeTuple(entry.getKeyNode(), change.of(entry.getValueNode()))
                            : entry);
        }
        return new MappingNode(
                mapping.getTag(),
                false,
                entries,
                mapping.getFlowStyle(),
                mapping.getStartMark(),
                mapping.getEndMark());
    }

    /// A text that is no YAML stays a text: its reader says so.
    private static Node inside(String source, Node value) {
        if (!(value instanceof ScalarNode text)) {
            return value;
        }
        YamlText.Parsed parsed = YamlText.parse(source, placed(text), 1);
        if (parsed.error().isPresent()) {
            return value;
        }
        return parsed.documents().isEmpty()
                        || parsed.documents().getFirst().getTag().equals(Tag.NULL)
                ? ObjectReader.NOTHING
                : parsed.documents().getFirst();
    }

    /// The text where it stands in its file: what is found in it then has the file's line. Its
    /// columns are those of the common two blanks of indentation.
    private static String placed(ScalarNode text) {
        int line = text.getStartMark().map(Mark::getLine).orElse(0);
        int first = text.getScalarStyle() == ScalarStyle.LITERAL ? line + 1 : line;
        String indentation = text.getScalarStyle() == ScalarStyle.LITERAL ? "    " : "";
        StringBuilder out = new StringBuilder("\n".repeat(first));
        text.getValue().lines().forEach(l -> out.append(indentation).append(l).append('\n'));
        return out.toString();
    }

    private static String text(Node document, String name) {
        return field(document, name)
                .filter(ScalarNode.class::isInstance)
                .map(n -> ((ScalarNode) n).getValue())
                .orElse("");
    }

    private static Optional<Node> field(Node node, String name) {
        return node instanceof MappingNode mapping
                ? mapping.getValue().stream()
                        .filter(entry -> isKey(entry, name))
                        .map(NodeTuple::getValueNode)
                        .findFirst()
                : Optional.empty();
    }

    private static boolean isKey(NodeTuple entry, String name) {
        return entry.getKeyNode() instanceof ScalarNode key && key.getValue().equals(name);
    }

    /// Whether a ConfigMap is that one; others may hold authorities.
    static boolean isMeant(Metadata metadata) {
        return metadata.name().equals(NAME);
    }

    static Optional<KubernetesObject> decode(Metadata metadata, ObjectReader document) {
        return document.object("data", data -> data(metadata, data)).flatMap(object -> object);
    }

    private static Optional<KubernetesObject> data(Metadata metadata, ObjectReader data) {
        data.object(
                NETWORKS,
                networks -> {
                    networks.ignoreNothing();
                    if (!networks.map("networks", MeshConfigMapDecoder::any).isEmpty()) {
                        networks.unsupported("networks", "a mesh of several networks");
                    }
                    return true;
                });
        Optional<Diagnostic> broken =
                data.ifText(MESH).flatMap(text -> YamlText.parse("", text, 1).error());
        if (broken.isPresent()) {
            data.ignore(MESH);
            data.findings()
                    .unread(
                            Code.SYNTAX,
                            data.path().field(MESH),
                            "line %d of data.mesh: %s"
                                    .formatted(
                                            broken.get().origin().line(), broken.get().message()));
            return Optional.empty();
        }
        data.ignoreOthers();
        return data.object(
                MESH,
                mesh -> {
                    mesh.ignoreNothing();
                    Optional<String> trustDomain =
                            mesh.string("trustDomain").filter(t -> !t.isEmpty());
                    MeshConfig config = MeshConfigDecoder.decode(mesh);
                    return new MeshConfigObject(metadata, trustDomain, config);
                });
    }

    private static boolean any(ObjectReader anything) {
        anything.ignoreOthers();
        return true;
    }
}
