package io.meltemi.server.configuration;

import io.meltemi.galley.WriteResult;
import io.meltemi.galley.source.DocumentSet.Text;
import io.meltemi.galley.source.ResourceName;
import io.meltemi.server.status.MeshStatus;
import io.meltemi.xds.proto.control.ResourceId;
import io.meltemi.xds.proto.control.SourceText;
import io.meltemi.xds.proto.control.WriteOutcome;
import io.meltemi.xds.proto.control.WriteResponse;
import java.util.List;
import java.util.Locale;

/// Galley's words as messages. Immutable.
final class Messages {
    private Messages() {}

    static List<Text> texts(List<SourceText> texts) {
        return texts.stream().map(text -> new Text(text.getName(), text.getContent())).toList();
    }

    static WriteResponse response(WriteResult result) {
        WriteResponse.Builder response = WriteResponse.newBuilder();
        result.findings().forEach(d -> response.addFindings(MeshStatus.message(d)));
        if (result instanceof WriteResult.Done done) {
            response.setDone(true).setConfigVersion(done.version());
            done.outcomes()
                    .forEach(outcome ->
                            response.addOutcomes(
                                    WriteOutcome.newBuilder()
                                            .setId(id(outcome.name()))
                                            .setVerb(
                                                    outcome.verb()
                                                            .name()
                                                            .toLowerCase(Locale.ROOT))));
        }
        return response.build();
    }

    static ResourceId id(ResourceName name) {
        return ResourceId.newBuilder()
                .setGroup(name.group())
                .setKind(name.kind())
                .setNamespace(name.namespace())
                .setName(name.name())
                .build();
    }
}
