/// (f) Which endpoint of a cluster a request goes to.
@NullMarked
package io.meltemi.proxy.cluster.balance;

import org.jspecify.annotations.NullMarked;
