"""Where people ask besides the web page: DingTalk, WeCom, WeChat official accounts, and a webhook for anything else."""
