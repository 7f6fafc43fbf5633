package main

import (
	"example.com/pulumi-trtc/sdk/go/trtc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		settings := config.New(ctx, "")
		lobby, err := trtc.NewWebRecording(ctx, "lobby", &trtc.WebRecordingArgs{
			RecordUrl: pulumi.String("https://example.com/lobby"),
			SdkAppId:  pulumi.Int(settings.RequireInt("sdkAppId")),
			StorageParams: trtc.StorageParamsArgs{
				CloudStorage: trtc.CloudStorageArgs{
					Region: pulumi.String("ap-singapore"),
					Bucket: pulumi.String(settings.Require("bucket")),
				},
			},
			PublishCdnParams: trtc.McuPublishCdnParamArray{
				trtc.McuPublishCdnParamArgs{PublishCdnUrl: settings.RequireSecret("streamUrl")},
			},
			WebRecordVideoParams: trtc.WebRecordVideoParamsArgs{
				Width:  pulumi.Int(1920),
				Height: pulumi.Int(1080),
				Format: trtc.FormatMp4,
			},
			MaxDurationLimit: pulumi.Int(7200),
			RestartPolicy:    trtc.RestartPolicyAlways,
		})
		if err != nil {
			return err
		}
		ctx.Export("taskId", lobby.TaskId)
		ctx.Export("files", lobby.FilePrefix)
		return nil
	})
}
