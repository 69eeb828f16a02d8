// A program that knows of its mesh by SPIFFE_ENDPOINT_SOCKET alone: it says each identity that it
// is given, one line each, until its standard input ends.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/jwtsvid"
	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

type says struct{}

// One line: the id, the serial number, how many certificates of its own trust domain's roots.
func (says) OnX509ContextUpdate(c *workloadapi.X509Context) {
	svid := c.DefaultSVID()
	bundle, err := c.Bundles.GetX509BundleForTrustDomain(svid.ID.TrustDomain())
	if err != nil {
		fmt.Printf("error %v\n", err)
		return
	}
	fmt.Printf("svid %s %x %d\n", svid.ID, svid.Certificates[0].SerialNumber, len(bundle.X509Authorities()))
}

func (says) OnX509ContextWatchError(err error) {
	fmt.Fprintf(os.Stderr, "watch: %v\n", err)
}

func main() {
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	client, err := workloadapi.New(ctx)
	if err != nil {
		fmt.Printf("error %v\n", err)
		os.Exit(1)
	}
	defer client.Close()
	bundles, err := client.FetchX509Bundles(ctx)
	if err != nil {
		fmt.Printf("error %v\n", err)
		os.Exit(1)
	}
	for _, bundle := range bundles.Bundles() {
		fmt.Printf("bundle %s %d\n", bundle.TrustDomain(), len(bundle.X509Authorities()))
	}
	_, err = client.FetchJWTSVID(ctx, jwtsvid.Params{Audience: "a", Subject: spiffeid.ID{}})
	fmt.Printf("jwt %v\n", err)
	if err := client.WatchX509Context(ctx, says{}); err != nil && ctx.Err() == nil {
		fmt.Printf("error %v\n", err)
	}
}
