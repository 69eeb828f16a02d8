package io.meltemi.server.configuration;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.meltemi.galley.ConfigWriter;
import io.meltemi.galley.ConfigWriter.Absent;
import io.meltemi.galley.ConfigWriter.Intent;
import io.meltemi.galley.WriteResult;
import io.meltemi.server.status.ProxyBoard;
import io.meltemi.xds.proto.control.ApplyRequest;
import io.meltemi.xds.proto.control.ConfigurationGrpc.ConfigurationImplBase;
import io.meltemi.xds.proto.control.DeleteRequest;
import io.meltemi.xds.proto.control.GetRequest;
import io.meltemi.xds.proto.control.GetResponse;
import io.meltemi.xds.proto.control.ProxyConfigRequest;
import io.meltemi.xds.proto.control.ProxyConfigResponse;
import io.meltemi.xds.proto.control.WriteResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/// Lets the owner of the mesh see and change its configuration. Thread-safe.
public final class ConfigurationAdapter extends ConfigurationImplBase {
    private final Optional<ConfigWriter> writer;
    private final ResourceList resources;
    private final ProxyBoard proxies;
    private final ProxyConfig given;

    /// @param writer none where nothing is kept here
    ConfigurationAdapter(
            Optional<ConfigWriter> writer,
            ResourceList resources,
            ProxyBoard proxies,
            ProxyConfig given) {
        this.writer = writer;
        this.resources = resources;
        this.proxies = proxies;
        this.given = given;
    }

    @FunctionalInterface
    private interface Deed {
        WriteResult of(ConfigWriter writer) throws IOException;
    }

    @Override
    public void apply(ApplyRequest request, StreamObserver<WriteResponse> responses) {
        write(
                w -> w.apply(Messages.texts(request.getTextsList()), intent(request.getDryRun())),
                responses);
    }

    @Override
    public void delete(DeleteRequest request, StreamObserver<WriteResponse> responses) {
        write(
                w ->
                        w.delete(
                                Messages.texts(request.getTextsList()),
                                request.getIgnoreNotFound() ? Absent.IGNORED : Absent.REFUSED,
                                intent(request.getDryRun())),
                responses);
    }

    private static Intent intent(boolean dryRun) {
        return dryRun ? Intent.ONLY_SAY : Intent.CHANGE;
    }

    private void write(Deed deed, StreamObserver<WriteResponse> responses) {
        if (writer.isEmpty()) {
            responses.onError(
                    Status.FAILED_PRECONDITION
                            .withDescription(
                                    "this control plane keeps no configuration of its own: start it"
                                            + " with --store embedded:DIR, or change its folders")
                            .asRuntimeException());
            return;
        }
        try {
            responses.onNext(Messages.response(deed.of(writer.get())));
            responses.onCompleted();
        } catch (IOException e) {
            responses.onError(
                    Status.INTERNAL
                            .withDescription("the store cannot be written: " + e.getMessage())
                            .asRuntimeException());
        }
    }

    @Override
    public void get(GetRequest request, StreamObserver<GetResponse> responses) {
        answer(
                () ->
                        GetResponse.newBuilder()
                                .addAllResources(resources.get(request))
                                .addAllProxies(proxies.proxies())
                                .build(),
                responses);
    }

    @Override
    public void proxyConfig(
            ProxyConfigRequest request, StreamObserver<ProxyConfigResponse> responses) {
        answer(() -> given.of(request), responses);
    }

    /// What is asked for and is not there is the caller's mistake.
    private static <A> void answer(Supplier<A> answer, StreamObserver<A> responses) {
        try {
            responses.onNext(answer.get());
            responses.onCompleted();
        } catch (IllegalArgumentException e) {
            responses.onError(
                    Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
        }
    }
}
