/// A cluster of Kubernetes as a source of configuration: everything that knows the client library.
@NullMarked
package io.meltemi.kubernetes;

import org.jspecify.annotations.NullMarked;
