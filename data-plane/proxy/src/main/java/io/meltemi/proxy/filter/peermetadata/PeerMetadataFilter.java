package io.meltemi.proxy.filter.peermetadata;

import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.PeerMetadata;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds out which workloads call and are called, and tells both of this one. Thread-safe.
///
/// Istio: a header that says who sent a message is taken out wherever it is looked at, readable or
/// not, so that nobody behind this proxy takes it for this proxy's.
final class PeerMetadataFilter implements HttpFilter {
    private final @Nullable PeerHeaders ofRequests;
    private final @Nullable PeerHeaders ofResponses;
    private final List<Propagation> inRequests;
    private final List<Propagation> inResponses;

    /// What of a caller's headers came: it is told only what it speaks itself.
    private enum Received {
        ID,
        METADATA,
        BOTH
    }

    /// @param ofRequests how callers are found; null: they are not
    /// @param ofResponses how those who are called are found; null: they are not
    PeerMetadataFilter(
            @Nullable PeerHeaders ofRequests,
            @Nullable PeerHeaders ofResponses,
            List<Propagation> inRequests,
            List<Propagation> inResponses) {
        this.ofRequests = ofRequests;
        this.ofResponses = ofResponses;
        this.inRequests = List.copyOf(inRequests);
        this.inResponses = List.copyOf(inResponses);
    }

    @Override
    public Verdict onRequest(FilterStream stream) {
        HeaderMap request = stream.requestHeaders();
        if (ofRequests != null) {
            discover(ofRequests, request, stream);
        }
        for (int i = 0; i < inRequests.size(); i++) {
            Propagation told = inRequests.get(i);
            if (!told.skips(stream.record())) {
                told.tellId(request);
                told.tell(request);
            }
        }
        return Verdict.CONTINUE;
    }

    private void discover(PeerHeaders method, HeaderMap request, FilterStream stream) {
        boolean id = request.contains(HeaderNames.X_ENVOY_PEER_METADATA_ID);
        boolean metadata = request.contains(HeaderNames.X_ENVOY_PEER_METADATA);
        if (id || metadata) {
            PeerMetadata found = method.find(request);
            ExchangeRecord record = stream.record();
            if (found != null && record != null && record.downstreamPeer == null) {
                record.downstreamPeer = found;
            }
            PeerHeaders.remove(request);
            if (!inResponses.isEmpty()) {
                stream.setState(
                        this,
                        id && metadata ? Received.BOTH : id ? Received.ID : Received.METADATA);
            }
        }
    }

    @Override
    public void onResponse(FilterStream stream, HeaderMap response, boolean endStream) {
        if (ofResponses != null) {
            ExchangeRecord record = stream.record();
            PeerMetadata found = ofResponses.find(response);
            if (found != null && record != null && record.upstreamPeer == null) {
                record.upstreamPeer = found;
            }
            PeerHeaders.remove(response);
        }
        if (stream.state(this) instanceof Received received) {
            for (int i = 0; i < inResponses.size(); i++) {
                tell(inResponses.get(i), response, received, stream);
            }
        }
    }

    private static void tell(
            Propagation told, HeaderMap response, Received received, FilterStream stream) {
        if (told.skips(stream.record())) {
            return;
        }
        if (received != Received.METADATA) {
            told.tellId(response);
        }
        if (received != Received.ID) {
            told.tell(response);
        }
    }
}
