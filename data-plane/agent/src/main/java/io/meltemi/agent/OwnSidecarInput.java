package io.meltemi.agent;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import io.meltemi.agent.identity.JoinGrant;
import io.meltemi.agent.identity.JoinSource;
import io.meltemi.agent.identity.Pem;
import io.meltemi.agent.intercept.Pod;
import io.meltemi.agent.supervise.LaunchInput;
import java.io.IOException;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The line that tells a sidecar's JVM who it is. Thread-safe.
///
/// Goes over standard input: neither a command line nor an environment, which others can read. A
/// join token is good once, so each start after the first asks for another.
final class OwnSidecarInput implements LaunchInput {
    private final Workload workload;
    private final Pod pod;
    private final JoinSource join;
    private final AtomicReference<@Nullable JoinGrant> first;

    OwnSidecarInput(Workload workload, Pod pod, JoinSource join, JoinGrant first) {
        this.workload = workload;
        this.pod = pod;
        this.join = join;
        this.first = new AtomicReference<>(first);
    }

    @Override
    public String line() throws IOException {
        SidecarOptions options = workload.options();
        JoinGrant given = first.getAndSet(null);
        JoinGrant grant =
                given == null ? join.grant(options.namespace(), options.serviceAccount()) : given;
        return encode(
                Struct.newBuilder()
                        .putFields("name", SidecarJson.text(workload.name()))
                        .putFields("address", SidecarJson.text(pod.address().getHostAddress()))
                        .putFields("link", SidecarJson.text(pod.link()))
                        .putFields("files", SidecarJson.text(pod.files().toString()))
                        .putFields("netns", SidecarJson.text(pod.netns().path().toString()))
                        .putFields("token", SidecarJson.text(grant.token()))
                        .putFields("roots", SidecarJson.text(Pem.certificates(grant.roots())))
                        .putFields("sidecar", SidecarJson.object(SidecarJson.toJson(options)))
                        .build());
    }

    /// One line, without its end. Not JSON: what reads it would stay in each sidecar's memory.
    static String encode(Struct input) {
        return Base64.getEncoder().encodeToString(input.toByteArray());
    }

    /// @throws IOException when this is no such line
    static Struct decode(String line) throws IOException {
        try {
            return Struct.parseFrom(Base64.getDecoder().decode(line));
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw new IOException("the line with the options is malformed: " + e.getMessage(), e);
        }
    }
}
